/**
 * Amounts as people write them (69万, 六十九万, 690,000.00 元), read as the server reads them
 * (fengqiao/disputes/rules/amounts.py; a test holds both to the same answers). What can be read two ways is not guessed.
 */
export type Read = { yuan: string } | { wrong: "amount_wrong" | "amount_unclear" | "amount_zero" | "amount_parts" };

class Wrong extends Error {
  constructor(readonly key: "amount_wrong" | "amount_unclear" | "amount_zero" | "amount_parts") {
    super(key);
  }
}

const POWER: Record<string, number> = { 亿: 8, 万: 4, 千: 3, 百: 2 };
const DIGITS = "零一二三四五六七八九";
const SAME: Record<string, string> = {
  两: "二", 〇: "零", 萬: "万", 億: "亿", 仟: "千", 佰: "百", 拾: "十", 圆: "元", 块: "元", 毛: "角", W: "万", w: "万",
  壹: "一", 贰: "二", 叁: "三", 肆: "四", 伍: "五", 陆: "六", 柒: "七", 捌: "八", 玖: "九",
};
const MOST = 99_999_999_999_999n; // 分

/** 69万 → { yuan: "690000.00" } */
export function amount(written: string): Read {
  try {
    let text = [...written.normalize("NFKC").replace(/\s/g, "")].map((one) => SAME[one] ?? one).join("");
    text = text.replace(/^人民币|^RMB|^[¥￥]|钱$|整$|正$/g, "");
    const at = text.indexOf("元");
    const [whole, rest] = at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
    if (!whole && !rest) throw new Wrong("amount_wrong");
    const cents = (whole ? number(whole) : 0n) + parts(rest);
    if (cents <= 0n) throw new Wrong("amount_zero");
    if (cents > MOST) throw new Wrong("amount_wrong");
    return { yuan: `${cents / 100n}.${String(cents % 100n).padStart(2, "0")}` };
  } catch (error) {
    if (error instanceof Wrong) return { wrong: error.key };
    throw error;
  }
}

/** 690000.00 → 690,000; no 分 where there are none. */
export function yuan(text: string | number): string {
  const [whole = "0", cents = ""] = String(text).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return cents && !/^0*$/.test(cents) ? `${grouped}.${cents.padEnd(2, "0")}` : grouped;
}

/** Adds up amounts in 元 with two places. */
export function sum(amounts: string[]): string {
  const cents = amounts.reduce((all, one) => all + decimal(one, 0), 0n);
  return `${cents / 100n}.${String(cents % 100n).padStart(2, "0")}`;
}

function parts(text: string): bigint {
  if (!text) return 0n;
  const found = /^零?(?:([\d零一二三四五六七八九])角)?零?(?:([\d零一二三四五六七八九])分)?$/.exec(text);
  if (!found || !(found[1] || found[2])) throw new Wrong("amount_wrong");
  return BigInt(digit(found[1]) * 10 + digit(found[2]));
}

const digit = (text: string | undefined): number => (!text ? 0 : /\d/.test(text) ? Number(text) : DIGITS.indexOf(text));

/** A plain number times ten to the power, in 分; more than two places are refused. */
function decimal(text: string, power: number): bigint {
  const [whole = "0", after = ""] = text.split(".");
  const places = after.replace(/0+$/, "");
  const shift = power + 2 - places.length;
  if (shift < 0) throw new Wrong("amount_parts");
  return BigInt(whole + places) * 10n ** BigInt(shift);
}

function number(text: string): bigint {
  if (/^(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$/.test(text)) return decimal(text.replaceAll(",", ""), 0);
  if (/^[零一二三四五六七八九十百千万亿]+$/.test(text)) return han(text) * 100n;
  const point = /^([零一二三四五六七八九十百千]+)点([零一二三四五六七八九]+)([千万亿]?)$/.exec(text);
  if (point) {
    const digits = [...(point[2] ?? "")].map(digit).join("");
    return decimal(`${han(point[1] ?? "")}.${digits}`, POWER[point[3] ?? ""] ?? 0);
  }
  return mixed(text);
}

/** 1.5万, 1万5千, 69万5000, 3百万 */
function mixed(text: string): bigint {
  const big = /^(\d+(?:\.\d+)?)([百千])万$/.exec(text);
  if (big) return decimal(big[1] ?? "", (POWER[big[2] ?? ""] ?? 0) + 4);
  const found = /^(?:([\d.]+)亿)?(?:([\d.]+)万)?(?:([\d.]+)千)?(?:([\d.]+)百)?(\d*)$/.exec(text);
  if (!found || !found.slice(1).some(Boolean)) throw new Wrong("amount_wrong");
  const bare = found[5] ?? "";
  let total = 0n;
  let last = 0;
  for (const [at, power] of Object.values(POWER).entries()) {
    const given = found[at + 1];
    if (given === undefined) continue;
    if (!/^\d+(\.\d+)?$/.test(given) || (last && Number(given) >= 10 ** (last - power))) throw new Wrong("amount_wrong");
    total += decimal(given, power);
    last = power;
  }
  if (bare && last && bare.length !== last) throw new Wrong("amount_unclear");
  return total + BigInt(bare || "0") * 100n;
}

/** Han figures, written in full: what is not how the number is said (二万三, 三千三万) is not guessed. */
function han(text: string): bigint {
  if (/[亿万千百][一二三四五六七八九]$/.test(text)) throw new Wrong("amount_unclear"); // 二万三: 23,000, or 20,003?
  const value = valueOf(text);
  if (said(value) !== text.replace(/(?<![一二三四五六七八九])十/g, "一十")) throw new Wrong("amount_wrong");
  return value;
}

function valueOf(text: string): bigint {
  for (const [unit, power] of [["亿", 8], ["万", 4]] as const) {
    const at = text.lastIndexOf(unit);
    if (at === 0) throw new Wrong("amount_wrong");
    if (at > 0) return valueOf(text.slice(0, at)) * 10n ** BigInt(power) + (at + 1 < text.length ? valueOf(text.slice(at + 1)) : 0n);
  }
  let total = 0n;
  let figure = -1;
  for (const one of text) {
    const power = one === "十" ? 1 : POWER[one];
    if (power === undefined) {
      if (figure > 0) throw new Wrong("amount_wrong");
      figure = DIGITS.indexOf(one);
      continue;
    }
    if (figure < 0 && one !== "十") throw new Wrong("amount_wrong");
    total += BigInt(figure < 0 ? 1 : figure) * 10n ** BigInt(power);
    figure = -1;
  }
  return total + BigInt(Math.max(figure, 0));
}

/** The number as it is said in full: 10050 一万零五十. */
function said(value: bigint): string {
  for (const [unit, power] of [["亿", 8], ["万", 4]] as const) {
    const size = 10n ** BigInt(power);
    if (value < size) continue;
    const rest = value % size;
    return said(value / size) + unit + (rest ? (rest < size / 10n ? "零" : "") + said(rest) : "");
  }
  let words = "";
  for (const [unit, size] of [["千", 1000n], ["百", 100n], ["十", 10n], ["", 1n]] as const) {
    const figure = Number((value / size) % 10n);
    if (figure) words += (words && value % (size * 10n) !== value && (value / (size * 10n)) % 10n === 0n ? "零" : "") + DIGITS[figure] + unit;
  }
  return words || "零";
}
