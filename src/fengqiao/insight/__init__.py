"""数据: figures with their evidence, and reports in the stations' own forms."""
