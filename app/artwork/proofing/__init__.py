"""The proof on paper: where the artwork lies on the sheet, what stands beside it, and the PDF."""
