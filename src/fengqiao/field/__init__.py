"""The phones' door: devices, what they did without a signal, what they keep (docs/field-protocol.md)."""
