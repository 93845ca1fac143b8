"""权利受理 in the office: requests, what is held, the paper, correction, deletion; module switches; who looked."""
