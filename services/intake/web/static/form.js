// Optional: all works without it. Stops a second tap, lets links that say they are buttons be pressed.
(() => {
  'use strict';
  const mark = (form, sent) => {
    if (sent) form.dataset.sent = '1'; else delete form.dataset.sent;
    for (const b of form.querySelectorAll('button')) b.ariaDisabled = sent || null;
  };
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented) return; // its file is sent by upload.js
    if (form.dataset.sent) event.preventDefault(); else mark(form, true);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === ' ' && event.target.matches('a[role=button]')) { event.preventDefault(); event.target.click(); }
  });
  // An answer to a POST becomes an ordinary page of the history: nothing is sent twice by going back.
  history.replaceState(history.state, '');
  // a page from the browser's memory can be sent again
  addEventListener('pageshow', (event) => {
    if (event.persisted) document.querySelectorAll('form[data-sent]').forEach((form) => mark(form, false));
  });
})();
