// What axe-core does not look at, read from the page as it stands. An expression: one object.
(() => {
  const hasBox = (e) => { const r = e.getBoundingClientRect(); return r.width > 1 && r.height > 1; };
  const isShown = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest('[aria-hidden=true]');
  const describe = (e) => {
    const id = e.id ? '#' + e.id : '';
    const text = (e.innerText || e.value || '').trim().replace(/\s+/g, ' ').slice(0, 40);
    return `<${e.tagName.toLowerCase()}${id}.${[...e.classList].join('.')}> ${text}`;
  };

  // for screen readers only, as table heads on a phone are
  const isSqueezed = (e) => {
    for (; e && e !== document.body; e = e.parentElement) {
      if (!hasBox(e) && getComputedStyle(e).display !== 'contents') return true;
    }
    return false;
  };

  function* textsOf(root) {
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const parent = walk.currentNode.parentElement;
      if (!walk.currentNode.data.trim() || parent.closest('script, style, option, title')) continue;
      if (isShown(parent) && !isSqueezed(parent)) yield walk.currentNode;
    }
  }
  const wordsOf = (root) => [...textsOf(root)].map((node) => node.data.trim()).join(' ');
  const typeOf = (e) => (e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase());
  const controlsIn = (root) => [...root.querySelectorAll('input, select, textarea')].filter(
    (e) => isShown(e) && !['hidden', 'submit', 'button'].includes(e.type) && !e.disabled);

  // every question a person can see, with its words
  const controls = () => controlsIn(document).map((e) => {
    const legend = e.closest('fieldset')?.querySelector(':scope > legend');
    return {
      name: e.name || e.id,
      type: typeOf(e),
      autocomplete: e.getAttribute('autocomplete') || '',
      inputmode: e.getAttribute('inputmode') || '',
      label: [...(e.labels || [])].map(wordsOf).join(' ').trim(),
      legend: legend ? wordsOf(legend) : '',
    };
  });

  // the questions of one form, each name once, with the values one may choose
  const questions = (form) => {
    const found = new Map();
    for (const e of controlsIn(document.querySelector(form))) {
      if (e.type === 'file') continue;
      const known = found.get(e.name) || { name: e.name, type: typeOf(e), inputmode: e.inputMode, options: [] };
      if (e.options) known.options = [...e.options].map((each) => each.value);
      else if (['radio', 'checkbox'].includes(e.type)) known.options.push(e.value);
      found.set(e.name, known);
    }
    return [...found.values()];
  };

  // type and choose, as a person would: {name: entry}; what takes no entry is left as it is
  const fill = (form, entries) => {
    const root = document.querySelector(form);
    for (const [name, entry] of Object.entries(entries)) {
      for (const e of root.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (['radio', 'checkbox'].includes(e.type)) {
          if (e.value === entry && !e.checked) e.click();
          continue;
        }
        e.value = entry;
        for (const event of ['input', 'change']) e.dispatchEvent(new Event(event, { bubbles: true }));
      }
    }
  };

  // what has the focus, and why one might not see that it has
  const focused = () => {
    const e = document.activeElement;
    const looks = (target, pseudo) => {
      const style = getComputedStyle(target, pseudo);
      const outline = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
        && style.outlineColor !== 'rgba(0, 0, 0, 0)';
      return outline || style.boxShadow !== 'none';
    };
    const drawn = ['radio', 'checkbox'].includes(e.type) && e.labels[0] ? looks(e.labels[0], '::before') : looks(e);
    const box = e.getBoundingClientRect();
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    const page = e === document.body || e === document.documentElement;
    return {
      name: e.name || '', form: Boolean(e.form), goal: e.hasAttribute('data-goal'), text: describe(e),
      unseen: page ? '' : !inside ? 'outside the window' : drawn ? '' : 'no mark of the focus',
    };
  };

  // pixels by which the page is wider than the window, and who is to blame
  const wider = () => {
    const width = document.documentElement.clientWidth;
    const extra = document.documentElement.scrollWidth - width;
    if (extra <= 0) return null;
    const blame = [...document.body.querySelectorAll('*')]
      .filter((e) => hasBox(e) && e.getBoundingClientRect().right > width + 1).slice(-3).map(describe);
    return `${extra} px wider than the window: ${blame.join('; ')}`;
  };

  // texts of which a part cannot be seen, whatever a person does
  const clipped = () => {
    const found = new Set();
    for (const node of textsOf(document.body)) {
      const range = document.createRange();
      range.selectNodeContents(node);
      const text = range.getBoundingClientRect();
      if (text.right > document.documentElement.scrollWidth + 1 || text.left < -1) found.add(node.parentElement);
      for (let e = node.parentElement; e && e !== document.body; e = e.parentElement) {
        const style = getComputedStyle(e);
        const box = e.getBoundingClientRect();
        const cut = (overflow, over) => ['hidden', 'clip'].includes(overflow) && over;
        if (cut(style.overflowX, text.right > box.right + 2 || text.left < box.left - 2)
          || cut(style.overflowY, text.bottom > box.bottom + 2 || text.top < box.top - 2)) found.add(e);
      }
    }
    for (const e of document.querySelectorAll('button, .govuk-button, .govuk-tag')) {
      if (isShown(e) && hasBox(e) && e.scrollWidth > e.clientWidth + 2) found.add(e);
    }
    return [...found].map(describe);
  };

  // the questions that only some answers call for, shown at once as in browsers without :has()
  const showAllQuestions = (yes) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(yes ? '.spk-below { display: block !important; }' : '');
    document.adoptedStyleSheets = [sheet];
  };

  // what one cannot see, or has to scroll sideways for, with letters of this size
  const misfits = (percent) => {
    document.documentElement.style.fontSize = percent ? percent + '%' : '';
    const extra = wider();
    const found = [...(extra ? [extra] : []), ...clipped().map((each) => 'cut off: ' + each)];
    document.documentElement.style.fontSize = '';
    return found;
  };

  return { controls, questions, fill, focused, misfits, showAllQuestions };
})()
