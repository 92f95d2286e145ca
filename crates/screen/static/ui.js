// What makes the pages quicker. Every page does its work without this file.

const find = (selector, root = document) => root.querySelector(selector);
const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];

/**
 * Suggestions under a search box: an editable combobox with a list (WAI-ARIA APG).
 * Enter without a chosen suggestion sends the form.
 */
class SearchSuggest extends HTMLElement {
  connectedCallback() {
    this.input = find('input', this);
    this.list = find('[role=listbox]', this);
    this.status = find('[role=status]', this);
    if (!this.input || !this.list) return;
    for (const [name, value] of [['role', 'combobox'], ['aria-autocomplete', 'list'], ['aria-expanded', 'false'],
      ['aria-controls', this.list.id]]) this.input.setAttribute(name, value);
    this.input.addEventListener('input', () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.suggest(), 150);
    });
    this.input.addEventListener('keydown', event => this.key(event));
    this.input.addEventListener('blur', () => this.close());
    // The focus stays in the box, so that a press on the list does not close it first.
    this.list.addEventListener('mousedown', event => event.preventDefault());
    this.list.addEventListener('click', event => this.open(event.target.closest('[role=option]')));
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.request?.abort();
  }

  async suggest() {
    const words = this.input.value.trim();
    this.request?.abort();
    if (words.length < 2) return this.close();
    this.request = new AbortController();
    try {
      const address = `${this.dataset.source}?${new URLSearchParams({ q: words })}`;
      const response = await fetch(address, { signal: this.request.signal, headers: { accept: 'application/json' } });
      if (!response.ok) throw new Error(`status ${response.status}`);
      const { suggestions } = await response.json();
      this.show(suggestions);
    } catch (error) {
      if (error.name === 'AbortError') return;
      this.close();
      this.say('Suggestions are not available. Press Enter for the full search.');
    }
  }

  show(suggestions) {
    this.list.replaceChildren(...suggestions.map((suggestion, index) => {
      const option = document.createElement('li');
      option.id = `${this.list.id}-${index}`;
      option.role = 'option';
      option.ariaSelected = 'false';
      option.dataset.address = suggestion.url;
      const title = document.createElement('bdi');
      title.append(...marked(suggestion.title_segments));
      option.append(title);
      if (suggestion.category) {
        const category = document.createElement('span');
        category.textContent = suggestion.category;
        option.append(category);
      }
      return option;
    }));
    const count = suggestions.length;
    this.list.hidden = count === 0;
    this.input.setAttribute('aria-expanded', String(count > 0));
    this.input.removeAttribute('aria-activedescendant');
    this.say(count === 0 ? 'No suggestions. Press Enter to search.'
      : `${count} suggestion${count === 1 ? '' : 's'}. Use the up and down arrows.`);
  }

  key(event) {
    const options = findAll('[role=option]', this.list);
    const shown = !this.list.hidden;
    const current = options.findIndex(option => option.ariaSelected === 'true');
    if (shown && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? current + 1 : (current < 0 ? options.length : current) - 1;
      const next = options[(step + options.length) % options.length];
      for (const option of options) option.ariaSelected = String(option === next);
      this.input.setAttribute('aria-activedescendant', next.id);
      next.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter' && shown && current >= 0) {
      event.preventDefault();
      this.open(options[current]);
    } else if (event.key === 'Escape' && shown) {
      event.preventDefault();
      this.close();
    }
  }

  open(option) {
    if (option) location.assign(option.dataset.address);
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
  }

  say(words) {
    if (this.status) this.status.textContent = words;
  }
}

/** A title in pieces, with the words that match in `<mark>`. */
function marked(segments) {
  return segments.map(({ text, matched }) => {
    if (!matched) return text;
    const mark = document.createElement('mark');
    mark.textContent = text;
    return mark;
  });
}

/**
 * `<live-part id data-every="2000">`: a part of the page that is fetched anew while it carries `data-every`
 * (milliseconds), from this page's own address. The server ends it by leaving the attribute out.
 */
class LivePart extends HTMLElement {
  connectedCallback() {
    this.wait = Number(this.dataset.every);
    this.plan();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  plan() {
    clearTimeout(this.timer);
    if (this.dataset.every) this.timer = setTimeout(() => this.refresh(), this.wait);
  }

  async refresh() {
    try {
      if (!document.hidden) {
        const response = await fetch(location.href, { headers: { accept: 'text/html' }, signal: AbortSignal.timeout(10000) });
        const page = new DOMParser().parseFromString(await response.text(), 'text/html');
        const part = page.getElementById(this.id);
        // Signed out, or no such thing any more: the whole page has something else to say.
        if (!response.ok || response.redirected || !part) return location.reload();
        this.take(part);
      }
      this.wait = Number(this.dataset.every);
    } catch {
      this.wait = Math.min(this.wait * 2, 30000);
    }
    this.plan();
  }

  take(part) {
    if (part.dataset.every) this.dataset.every = part.dataset.every;
    else delete this.dataset.every;
    if (part.innerHTML === this.innerHTML) return;
    const focused = this.contains(document.activeElement) ? document.activeElement.id : '';
    this.replaceChildren(...part.childNodes);
    if (focused) document.getElementById(focused)?.focus();
  }
}

/**
 * `<bulk-select>` around a form: `[data-all]` ticks every `[data-one]`, the `<output>` counts them, and the
 * `.bulk-bar` shows while something is ticked. Shift selects a stretch.
 */
class BulkSelect extends HTMLElement {
  connectedCallback() {
    this.addEventListener('click', event => this.stretch(event));
    this.addEventListener('change', event => {
      if (event.target.matches('[data-all]')) for (const box of this.boxes) box.checked = event.target.checked;
      this.count();
    });
    addEventListener('pageshow', () => this.count());
    this.count();
  }

  get boxes() {
    return findAll('[data-one]', this);
  }

  stretch(event) {
    if (!event.target.matches?.('[data-one]')) return;
    const boxes = this.boxes;
    const [from, to] = [boxes.indexOf(this.last), boxes.indexOf(event.target)].sort((a, b) => a - b);
    if (event.shiftKey && from >= 0) for (const box of boxes.slice(from, to + 1)) box.checked = event.target.checked;
    this.last = event.target;
    this.count();
  }

  count() {
    const boxes = this.boxes;
    const ticked = boxes.filter(box => box.checked).length;
    const all = find('[data-all]', this);
    const bar = find('.bulk-bar', this);
    if (all) {
      all.checked = ticked > 0 && ticked === boxes.length;
      all.indeterminate = ticked > 0 && ticked < boxes.length;
    }
    if (bar) bar.hidden = ticked === 0;
    for (const output of findAll('output', this)) output.textContent = `${ticked} selected`;
  }
}

/** The contents mark the section that is being read. */
function followReading() {
  const links = findAll('.contents a');
  const headings = links.map(link => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  if (links.length === 0) return;
  const update = () => {
    const read = headings.findLastIndex(heading => heading && heading.getBoundingClientRect().top < 120);
    links.forEach((link, index) => {
      if (index === Math.max(read, 0)) link.setAttribute('aria-current', 'location');
      else link.removeAttribute('aria-current');
    });
  };
  let waiting = false;
  addEventListener('scroll', () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      update();
    });
  }, { passive: true });
  update();
}

/** The theme changes at once; the form tells the server to remember it. */
function switchTheme(event) {
  const form = event.target.closest('.theme-switch');
  if (!form || !event.submitter) return;
  event.preventDefault();
  const theme = event.submitter.value;
  document.documentElement.dataset.theme = theme;
  for (const button of findAll('button', form)) button.ariaPressed = String(button === event.submitter);
  fetch(form.action, { method: 'POST', body: new URLSearchParams({ theme, next: '/' }), redirect: 'manual' });
}

/** A second press of a button sends nothing twice. */
function sendOnce(event) {
  if (event.defaultPrevented || event.target.method !== 'post') return;
  if (event.target.dataset.sent) return event.preventDefault();
  event.target.dataset.sent = 'true';
  event.submitter?.setAttribute('aria-busy', 'true');
}

const singleKeys = {
  get on() { return localStorage.getItem('single-keys') !== 'off'; },
  set on(on) { localStorage.setItem('single-keys', on ? 'on' : 'off'); },
};

function shortcut(event) {
  const typing = event.target.closest?.('input:not([type=checkbox]), textarea, select, [contenteditable]');
  const control = event.ctrlKey || event.metaKey;
  const single = !typing && !control && !event.altKey && singleKeys.on;
  const dialog = find('#_shortcuts');
  if ((control && event.key.toLowerCase() === 'k') || (single && event.key === '/')) {
    const box = find('main search-suggest input') ?? find('search-suggest input');
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  } else if (single && event.key === '?') {
    dialog?.showModal();
  } else if (event.key === 'Escape') {
    const menu = find('.menu[open]');
    if (!menu) return;
    menu.open = false;
    find('summary', menu).focus();
  }
}

customElements.define('search-suggest', SearchSuggest);
customElements.define('live-part', LivePart);
customElements.define('bulk-select', BulkSelect);
document.addEventListener('submit', switchTheme);
document.addEventListener('submit', sendOnce);
document.addEventListener('keydown', shortcut);
document.addEventListener('click', event => {
  const menu = find('.menu[open]');
  if (menu && !menu.contains(event.target)) menu.open = false;
  const pressed = event.target.closest('[data-print], [data-copy], [data-dismiss]');
  if (pressed?.matches('[data-print]')) print();
  if (pressed?.matches('[data-dismiss]')) pressed.closest('.notice').remove();
  if (pressed?.matches('[data-copy]')) {
    const field = pressed.dataset.copy && document.getElementById(pressed.dataset.copy);
    navigator.clipboard.writeText(field ? field.value : location.href.split('#')[0]).then(() => { pressed.lastChild.textContent = ' Copied'; });
  }
});
// A page that comes back from the browser's memory may send its forms again.
addEventListener('pageshow', () => findAll('form[data-sent]').forEach(form => {
  delete form.dataset.sent;
  findAll('[aria-busy]', form).forEach(button => button.removeAttribute('aria-busy'));
}));
const keysBox = find('#_single-keys');
if (keysBox) {
  keysBox.checked = singleKeys.on;
  keysBox.addEventListener('change', () => { singleKeys.on = keysBox.checked; });
}
for (const button of findAll('[data-print], [data-copy], [data-dismiss]')) button.hidden = false;
followReading();
