// At a counter: the camera of this computer takes a picture of the paper, which is then a chosen file.
(() => {
  'use strict';
  const media = navigator.mediaDevices;
  if (!media?.getUserMedia) return;
  const look = async () => {
    const all = await media.enumerateDevices();
    if (all.some((each) => each.kind === 'videoinput')) document.documentElement.dataset.camera = '1';
  };
  let stream, form;
  const stop = () => { stream?.getTracks().forEach((track) => track.stop()); stream = undefined; };

  async function open(box) {
    const [video, note] = [box.querySelector('video'), box.querySelector('p')];
    note.textContent = '';
    box.showModal();
    try {
      stream = await media.getUserMedia({ video: { width: { ideal: 2560 }, facingMode: 'environment' } });
      if (box.open) video.srcObject = stream; else stop();
    } catch {
      note.textContent = 'Kamera tidak bisa dibuka. Izinkan kamera di peramban ini, atau pilih berkas hasil pindai.';
    }
  }
  async function shoot(box) {
    const video = box.querySelector('video'), canvas = document.createElement('canvas');
    if (!stream || !video.videoWidth) return;
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    canvas.getContext('2d').drawImage(video, 0, 0);
    const blob = await new Promise((done) => { canvas.toBlob(done, 'image/jpeg', 0.92); });
    const chosen = new DataTransfer(), input = form.querySelector('input[type=file]');
    chosen.items.add(new File([blob], 'kamera.jpg', { type: 'image/jpeg' }));
    input.files = chosen.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
    box.close();
    input.focus();
  }
  document.addEventListener('click', ({ target }) => {
    const box = document.getElementById('kamera'), what = target.dataset.shot;
    if (what === 'open') { form = target.form; open(box); }
    if (what === 'take') shoot(box);
    if (what === 'close') box.close();
  });
  document.addEventListener('close', stop, true);
  look().catch(() => {});
})();
