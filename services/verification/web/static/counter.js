// Optional: goes on to the form at once, but not for somebody who came back here.
(() => {
  'use strict';
  const [entry] = performance.getEntriesByType('navigation');
  if (entry?.type === 'navigate') document.querySelector('form[data-ticket]').submit();
})();
