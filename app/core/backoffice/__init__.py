"""The back office's base: views that are shut unless the matrix opens them, forms, lists, exports."""
