// Optional: goes on to the form at once. Who comes back finds the page that opens the counter, not an answer to a POST.
(() => {
  'use strict';
  history.replaceState(null, '');
  document.querySelector('form[data-ticket]').submit();
})();
