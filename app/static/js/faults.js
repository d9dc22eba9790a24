// A page that says what is wrong leads to the first of it.
document.querySelector('main [aria-invalid="true"]')?.focus({ preventScroll: false });
