// Optional: without it a file goes as an ordinary form. Shrinks photos, lets the portrait be cut to
// 3x4, and sends in pieces (tus 1.0), so that a broken line costs one piece and not the whole file.
(() => {
  'use strict';
  const own = window.trustedTypes?.createPolicy('spk-answer', { createHTML: (text) => text }); // pages of our own
  const PIECE = 128 * 1024, LEAST = 10000, MOST = 5242880, TRIES = 12;
  const CHUNK = { 'Content-Type': 'application/offset+octet-stream' };
  const pause = (ms, now) => new Promise((done) => { setTimeout(done, ms); now(done); });
  const kept = { // which upload a file belongs to, until the tab is closed; never the file itself
    get: (key) => { try { return sessionStorage.getItem(key); } catch { return null; } },
    set: (key, value) => { try { if (value) sessionStorage.setItem(key, value); else sessionStorage.removeItem(key); } catch { /* no storage */ } },
  };

  // ---- what the person sees
  function say(form, text, part, failed) {
    let box = form.querySelector('.spk-progress');
    if (!box) {
      box = document.getElementById('spk-progress').content.firstElementChild.cloneNode(true);
      form.append(box);
    }
    const [line, bar, now] = box.children;
    if (line.textContent !== text) line.textContent = text;
    line.className = failed ? 'govuk-error-message' : '';
    bar.hidden = part === undefined;
    bar.value = part || 0;
    now.hidden = true;
    return now;
  }
  function busy(form, on) {
    if (on) form.dataset.sent = '1'; else delete form.dataset.sent;
    for (const b of form.querySelectorAll('button:not(.spk-now)')) b.ariaDisabled = on || null;
  }
  async function show(address, id) { // the page as it is now, in the place of this one
    const answer = await ask('GET', address, {});
    const page = new DOMParser().parseFromString(own ? own.createHTML(answer.responseText) : answer.responseText, 'text/html');
    if (!page.querySelector('main')) throw answer;
    document.title = page.title;
    document.body.replaceWith(page.body);
    history.replaceState(null, '', new URL(answer.responseURL).pathname);
    const first = document.querySelector('[autofocus]') || document.getElementById(id);
    if (first) { first.scrollIntoView(); first.focus(); }
  }

  // ---- pictures
  const blobOf = (canvas, quality) => new Promise((done) => canvas.toBlob(done, 'image/jpeg', quality));
  function drawn(source, from, to) {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = to.map(Math.round);
    canvas.getContext('2d').drawImage(source, ...from, 0, 0, canvas.width, canvas.height);
    return canvas;
  }
  async function shrunk(file, edge) {
    if (!file.type.startsWith('image/') || file.size < 300 * 1024) return file;
    try {
      const map = await createImageBitmap(file, { imageOrientation: 'from-image' });
      const { width, height } = map, scale = Math.min(1, edge / Math.max(width, height));
      const blob = await blobOf(drawn(map, [0, 0, width, height], [width * scale, height * scale]), 0.8);
      map.close();
      return blob && blob.size < file.size ? blob : file;
    } catch {
      return file; // the server decides
    }
  }

  // ---- the portrait, cut by the person: dragged, or moved by buttons
  const cuts = new WeakMap(); // the form → picture, its middle (x, y), how near (zoom)
  function box(cut) {
    const { width, height } = cut.picture, unit = Math.min(width / 3, height / 4) / cut.zoom;
    const w = 3 * unit, h = 4 * unit;
    cut.x = Math.min(Math.max(cut.x, w / 2), width - w / 2);
    cut.y = Math.min(Math.max(cut.y, h / 2), height - h / 2);
    return [cut.x - w / 2, cut.y - h / 2, w, h];
  }
  function paint(form) {
    const cut = cuts.get(form), canvas = form.querySelector('canvas');
    canvas.getContext('2d').drawImage(cut.picture, ...box(cut), 0, 0, canvas.width, canvas.height);
    form.querySelector('.spk-crop').hidden = false;
  }
  function place(form, picture) {
    cuts.set(form, { picture, x: picture.width / 2, y: picture.height / 2, zoom: 1 });
    const range = form.querySelector('input[type=range]');
    range.value = 1;
    range.max = Math.max(1, Math.min(4, Math.min(picture.width / 3, picture.height / 4) / 100));
    paint(form);
  }
  function turn(form) {
    const old = cuts.get(form).picture, canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [old.height, old.width];
    const pen = canvas.getContext('2d');
    pen.translate(old.height, 0);
    pen.rotate(Math.PI / 2);
    pen.drawImage(old, 0, 0);
    place(form, canvas);
  }
  function move(form, right, down) { // in widths of what is seen
    const cut = cuts.get(form), [, , w] = box(cut);
    cut.x += right * w;
    cut.y += down * w;
    paint(form);
  }
  document.addEventListener('change', async ({ target }) => {
    const form = target.form, crop = target.type === 'file' && form.querySelector('.spk-crop');
    if (!crop) return;
    cuts.delete(form);
    crop.hidden = true;
    try {
      const map = await createImageBitmap(target.files[0], { imageOrientation: 'from-image' });
      const scale = Math.min(1, 2400 / Math.max(map.width, map.height));
      place(form, drawn(map, [0, 0, map.width, map.height], [map.width * scale, map.height * scale]));
      map.close();
    } catch { /* no picture, or one that this browser cannot read: the server decides */ }
  });
  document.addEventListener('input', ({ target }) => {
    if (target.type !== 'range' || !cuts.has(target.form)) return;
    cuts.get(target.form).zoom = Number(target.value);
    paint(target.form);
  });
  document.addEventListener('click', ({ target }) => {
    const button = target.closest?.('[data-move]');
    if (!button) return;
    if (button.dataset.move) move(button.form, ...button.dataset.move.split(' ').map(Number)); else turn(button.form);
  });
  document.addEventListener('pointerdown', (event) => {
    const canvas = event.target, form = canvas.closest('form');
    if (!canvas.matches('.spk-crop canvas')) return;
    let { clientX, clientY } = event;
    const drag = (e) => {
      move(form, (clientX - e.clientX) / canvas.clientWidth, (clientY - e.clientY) / canvas.clientWidth);
      ({ clientX, clientY } = e);
    };
    canvas.setPointerCapture(event.pointerId);
    canvas.addEventListener('pointermove', drag);
    canvas.addEventListener('lostpointercapture', () => canvas.removeEventListener('pointermove', drag), { once: true });
  });

  // ---- sending
  function ask(method, address, headers, body, progress) {
    return new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      request.open(method, address);
      request.timeout = 60000;
      for (const name in headers) request.setRequestHeader(name, headers[name]);
      if (progress) request.upload.onprogress = progress;
      request.onload = () => (request.status >= 500 ? failed(request) : done(request));
      request.onerror = request.ontimeout = () => failed(request);
      request.send(body);
    });
  }
  const tus = (method, address, headers, ...more) => ask(method, address, { 'Tus-Resumable': '1.0.0', ...headers }, ...more);
  const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  const offsetOf = (answer) => Number(answer.getResponseHeader('Upload-Offset'));

  async function begin(form, file, name) {
    const kind = form.action.split('/').pop();
    const answer = await tus('POST', '/unggah', {
      'Upload-Length': file.size,
      'Upload-Metadata': `kind ${base64(kind)},filename ${base64(name)}`,
      'X-CSRF-Token': form.elements.csrf_token.value,
    });
    if (answer.status !== 201) throw { status: 400, responseText: answer.responseText }; // asking again is no use
    return answer.getResponseHeader('Location');
  }
  async function pieces(form, file, place, known) { // returns the last answer
    let offset = known ? offsetOf(known) : 0, answer;
    do {
      const start = offset;
      const tell = (loaded) => {
        const part = Math.min(1, (start + loaded) / file.size);
        if (part < 1) say(form, `Mengunggah … ${Math.round(part * 100)}%`, part); else examined(form, place);
      };
      tell(0);
      answer = await tus('PATCH', place, { 'Upload-Offset': start, ...CHUNK }, file.slice(start, start + PIECE), (e) => tell(e.loaded));
      offset = offsetOf(answer);
    } while (answer.status === 204 && offset < file.size);
    return answer;
  }
  // Once all is sent only the verdict is missing, and it is asked for after a reload too.
  const asked = (form) => `periksa${form.action}`;
  function examined(form, place) {
    kept.set(asked(form), place);
    say(form, 'Berkas sedang diperiksa …', 1);
  }
  async function patiently(form, act) { // again and again, until there is an answer
    for (let failures = 0; ; failures += 1) {
      try {
        const answer = await act();
        if (answer[1].status === 409) throw answer[1];
        kept.set(asked(form), null);
        return answer;
      } catch (failure) {
        if (failure.status && failure.status < 500 && failure.status !== 409) throw failure;
        if (failures >= TRIES) throw failure;
        const seconds = Math.ceil(Math.min(30, 2 ** failures) * (0.5 + Math.random() / 2));
        const next = kept.get(asked(form)) ? 'Menanyakan hasil pemeriksaan' : 'Mencoba lagi';
        const now = say(form, `Sambungan terputus. ${next} dalam ${seconds} detik …`, 0);
        now.hidden = false;
        await pause(seconds * 1000, (go) => { now.onclick = go; addEventListener('online', go, { once: true }); });
        say(form, kept.get(asked(form)) ? 'Berkas sedang diperiksa …' : 'Menyambung lagi …', 0);
      }
    }
  }
  async function send(form, file, name) { // returns address and answer of an upload that came to its end
    const sum = await crypto.subtle?.digest('SHA-256', await file.arrayBuffer());
    const key = sum && `unggah${form.action}${base64(String.fromCharCode(...new Uint8Array(sum)))}`;
    kept.set(asked(form), null);
    const ended = await patiently(form, async () => {
      let place = key && kept.get(key), known = place && await tus('HEAD', place, {});
      if (known && known.status !== 200) place = known = null; // too old
      if (!place) place = await begin(form, file, name);
      if (key) kept.set(key, place);
      return [place, await pieces(form, file, place, known)];
    });
    if (key) kept.set(key, null);
    return ended;
  }
  async function recall(form, place) { // the page was left while the file was examined
    busy(form, true);
    say(form, 'Berkas sedang diperiksa …', 1);
    try {
      await end(form, ...await patiently(form, async () => {
        const known = await tus('HEAD', place, {}), offset = offsetOf(known);
        if (known.status !== 200 || offset < Number(known.getResponseHeader('Upload-Length'))) throw { status: 404 };
        return [place, await tus('PATCH', place, { 'Upload-Offset': offset, ...CHUNK }, '')];
      }));
    } catch (failure) {
      kept.set(asked(form), null);
      if (failure.status === 404) form.querySelector('.spk-progress').remove(); // not all had come: it is chosen again
      else failed(form, failure);
      busy(form, false);
    }
  }
  async function end(form, place, answer) {
    if (answer.status !== 204 && answer.status !== 422) throw answer;
    await show(`${form.action.replace(/\/[^/]*$/, '')}?unggahan=${place.split('/').pop()}`, form.id);
  }
  function failed(form, failure) {
    let { detail } = failure;
    try { detail = detail || JSON.parse(failure.responseText).detail; } catch { /* no answer */ }
    say(form, detail || 'Unggahan terputus. Periksa sinyal Anda, lalu tekan Unggah lagi untuk melanjutkan.', undefined, true);
  }
  async function upload(form, field) {
    say(form, 'Menyiapkan berkas …', 0);
    const cut = cuts.get(form), chosen = field.files[0];
    let file;
    if (cut) {
      const from = box(cut), width = Math.min(Number(field.dataset.edge) * 0.75, from[2]);
      file = await blobOf(drawn(cut.picture, from, [width, width * 4 / 3]), 0.9);
    }
    file = file || await shrunk(chosen, Number(field.dataset.edge));
    if (file.size > MOST) throw { detail: 'Ukuran berkas paling besar 5 MB. Pilih berkas yang lebih kecil.' };
    await end(form, ...await send(form, file, file === chosen ? chosen.name : 'foto.jpg'));
  }
  document.addEventListener('submit', (event) => {
    const form = event.target, field = form.querySelector('input[type=file]');
    if (!field) { // "Lanjut" would lose a file that was chosen and not sent yet: send it first
      const chosen = [...document.querySelectorAll('form.spk-document')]
        .find((each) => each.querySelector('input[type=file]')?.files.length && each.action.startsWith(`${form.action}/`));
      if (!chosen) return;
      event.preventDefault();
      event.stopPropagation();
      chosen.scrollIntoView();
      chosen.requestSubmit(chosen.querySelector('button.govuk-button'));
      return;
    }
    if (!field.files.length || event.submitter?.name === 'hapus') return;
    if (field.files[0].size < LEAST) return; // nothing worth resuming, and the answer is known
    event.preventDefault();
    if (form.dataset.sent) return;
    busy(form, true);
    upload(form, field).catch((failure) => {
      failed(form, failure);
      busy(form, false);
    });
  }, true);
  for (const form of document.querySelectorAll('form.spk-document')) {
    const place = kept.get(asked(form));
    if (place && form.innerHTML.includes(place.split('/').pop())) kept.set(asked(form), null); // it is there
    else if (place) recall(form, place);
  }
})();
