// Optional: all works without it. Shrinks photos, shows upload progress, stops a second tap.
(() => {
  'use strict';
  const mark = (form, sent) => {
    if (sent) form.dataset.sent = '1'; else delete form.dataset.sent;
    for (const b of form.querySelectorAll('button')) b.toggleAttribute('data-off', sent);
  };

  async function shrink(file, edge) {
    if (!file.type.startsWith('image/') || file.size < 300 * 1024) return file;
    try {
      const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
      const scale = Math.min(1, edge / Math.max(bitmap.width, bitmap.height));
      const canvas = document.createElement('canvas');
      canvas.width = Math.round(bitmap.width * scale);
      canvas.height = Math.round(bitmap.height * scale);
      canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      bitmap.close();
      const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.8));
      return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, '') + '.jpg', { type: 'image/jpeg' }) : file;
    } catch {
      return file; // the server decides
    }
  }

  function say(form, text, part) {
    let box = form.querySelector('.spk-progress');
    if (!box) {
      box = document.createElement('div');
      box.className = 'spk-progress govuk-body';
      box.setAttribute('role', 'status');
      box.append(document.createElement('span'), document.createElement('progress'));
      form.append(box);
    }
    box.firstChild.textContent = text;
    const bar = box.lastChild;
    bar.max = 1;
    bar.hidden = part === undefined;
    bar.value = part || 0;
  }

  // the answer is a whole page
  function show(request, id) {
    const page = new DOMParser().parseFromString(request.responseText, 'text/html');
    document.title = page.title;
    document.body.replaceWith(page.body);
    if (request.responseURL) history.replaceState(null, '', request.responseURL);
    const first = document.querySelector('[autofocus]') || document.getElementById(id);
    if (first) { first.scrollIntoView(); first.focus(); }
  }

  async function upload(form) {
    const field = form.querySelector('input[type=file]');
    say(form, 'Menyiapkan berkas …', 0);
    const data = new FormData(form);
    const file = await shrink(field.files[0], Number(field.dataset.edge));
    if (file.size > 5242880) {
      say(form, 'Ukuran berkas paling besar 5 MB. Pilih berkas yang lebih kecil.');
      mark(form, false);
      return;
    }
    data.set(field.name, file, file.name);
    const request = new XMLHttpRequest();
    request.open('POST', form.action);
    request.upload.onprogress = (e) => {
      if (!e.lengthComputable) return;
      const part = e.loaded / e.total;
      say(form, part < 1 ? `Mengunggah … ${Math.round(part * 100)}%` : 'Berkas sedang diperiksa …', part);
    };
    request.onload = () => show(request, form.id);
    request.onerror = () => {
      say(form, 'Unggahan terputus. Periksa sinyal Anda, lalu tekan Unggah lagi.');
      mark(form, false);
    };
    request.send(data);
  }

  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    const field = form.querySelector('input[type=file]');
    mark(form, true);
    if (field && field.files.length) {
      event.preventDefault();
      upload(form).catch(() => form.submit());
    }
  });
  document.addEventListener('keydown', (event) => { // a link that says it is a button
    if (event.key === ' ' && event.target.matches('a[role=button]')) { event.preventDefault(); event.target.click(); }
  });
  // An answer to a POST becomes an ordinary page of the history: nothing is sent twice by going back.
  history.replaceState(history.state, '');
  // a page from the browser's memory can be sent again
  addEventListener('pageshow', (event) => {
    if (event.persisted) document.querySelectorAll('form[data-sent]').forEach((form) => mark(form, false));
  });
})();
