// The report page at work: charts that zoom (where uPlot is embedded), the slider along a path, copying a command.
(() => {
  'use strict';
  const dashes = [[], [8, 4], [2.5, 3], [10, 3, 2, 3], [14, 4], [5, 2.5], [1.5, 4], [12, 3, 2, 3, 2, 3]];
  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const data = figure => JSON.parse(figure.querySelector('script[type="application/json"]').textContent);

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }
  function button(words, label, action) {
    const made = element('button', { type: 'button', 'aria-label': label, title: label }, words);
    made.addEventListener('click', action);
    return made;
  }

  // A number as people read it: all its digits when asked, otherwise enough to see differences.
  const minus = text => text.replace('-', '−');
  const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';
  const power = k => '10' + [...String(k)].map(c => (c === '-' ? '⁻' : superscripts[c])).join('');
  function brief(v) {
    if (v === 0) return '0';
    const size = Math.abs(v);
    if (size >= 1e-3 && size < 1e6) return minus(String(Number(v.toPrecision(5))));
    const [digits, exponent] = v.toExponential(2).split('e');
    return minus(String(Number(digits))) + '·' + power(Number(exponent));
  }
  function tick(v) {
    const size = Math.abs(v);
    if (v === 0) return '0';
    if (size >= 1e-3 && size < 1e5) return minus(String(Number(v.toPrecision(6))));
    const exponent = Math.floor(Math.log10(size) + 1e-9), digits = Number((v / 10 ** exponent).toPrecision(3));
    return digits === 1 ? power(exponent) : minus(String(digits)) + '·' + power(exponent);
  }

  // Places of the grid on a log axis: powers of ten, with 2 and 5 between them where there are few.
  function decades(low, high) {
    const first = Math.floor(Math.log10(low) + 1e-9), last = Math.ceil(Math.log10(high) - 1e-9), out = [];
    const every = Math.max(1, Math.ceil((last - first) / 7));
    for (let k = first; k <= last; k++)
      for (const digit of last - first <= 2 ? [1, 2, 5] : k % every === 0 ? [1] : []) out.push(digit * 10 ** k);
    return out.filter(v => v >= low * (1 - 1e-9) && v <= high * (1 + 1e-9));
  }

  // ---- charts ----

  // The series on one common axis of x, with their bands: what uPlot draws.
  function aligned(chart) {
    const usable = chart.y.log ? v => (v > 0 ? v : null) : v => v;
    const tables = [], wanted = [{ label: chart.x.label || 'x', value: (_, v) => (v == null ? '–' : brief(v)) }], bands = [];
    for (const s of chart.series) {
      const colour = css('--s' + (s.style % 8));
      const columns = [s.x, s.y.map(usable)];
      wanted.push({
        label: s.name || chart.y.label || 'y', stroke: colour, width: 2, dash: chart.series.length > 1 ? dashes[s.style % 8] : [], spanGaps: true,
        points: { show: s.x.length <= 60 },
        value: (plot, v, own, at) => (v == null ? '–' : !s.low ? String(v) : `${v} (${plot.data[own + 2][at]} to ${plot.data[own + 1][at]})`),
      });
      if (s.low) {
        const edge = { class: 'edge', stroke: 'transparent', spanGaps: true, points: { show: false } };
        wanted.push({ ...edge, label: 'high' }, { ...edge, label: 'low' });
        columns.push(s.high.map(usable), s.low.map(usable));
        bands.push({ series: [wanted.length - 2, wanted.length - 1], fill: colour + '2e' });
      }
      tables.push(columns);
    }
    return { columns: tables.length === 1 ? tables[0] : uPlot.join(tables), wanted, bands };
  }

  function drawChart(figure) {
    const chart = data(figure);
    const { columns, wanted, bands } = aligned(chart);
    const holder = element('div', { class: 'plot', tabindex: '0', role: 'group',
      'aria-label': `${chart.title}: arrow keys move along the curve, plus and minus zoom, Home shows everything` });
    figure.prepend(holder);
    const axis = { stroke: css('--quiet'), grid: { stroke: css('--line'), width: 1 }, ticks: { stroke: css('--line'), width: 1 },
                   font: '12px system-ui, sans-serif', labelFont: '12px system-ui, sans-serif' };
    const logarithmic_splits = (_, __, low, high) => decades(low, high);
    const logarithmic = chart.y.log ? { splits: logarithmic_splits, filter: (_, splits) => splits } : {};
    const whole = chart.x.log ? { splits: logarithmic_splits, filter: (_, splits) => splits } : columns[0].every(Number.isInteger) ? { incrs: Array.from({ length: 12 }, (_, k) => [1, 2, 5].map(d => d * 10 ** k)).flat() } : {};
    const values = (_, splits) => splits.map(v => (v == null ? null : tick(v)));
    const narrow = holder.clientWidth < 420;
    const plot = new uPlot({
      width: holder.clientWidth, height: narrow ? 260 : 310, series: wanted, bands,
      scales: { x: chart.x.log ? { time: false, distr: 3, range: (_, low, high) => [low, high] } : { time: false }, y: { ...(chart.y.log ? { distr: 3 } : {}), ...(chart.y.low != null ? { range: [chart.y.low, chart.y.high] } : {}) } },
      axes: [{ ...axis, ...whole, values, size: 34, label: chart.x.label, labelSize: 20, labelGap: 0 },
             { ...axis, ...logarithmic, values, size: 62, label: chart.y.label, labelSize: 20 }],
      cursor: { drag: { x: true, y: false }, focus: { prox: 24 }, points: { size: 9 } },
      focus: { alpha: 0.45 }, legend: { live: true },
    }, columns, holder);
    chart.plot = plot;
    new ResizeObserver(() => {
      if (Math.abs(holder.clientWidth - plot.width) > 1) plot.setSize({ width: holder.clientWidth, height: plot.height });
    }).observe(holder);

    const x = columns[0], last = x.length - 1;
    // Zooming is even along the axis, be it logarithmic.
    const bend = chart.x.log ? Math.log : v => v, unbend = chart.x.log ? Math.exp : v => v;
    const shown = () => [plot.scales.x.min, plot.scales.x.max];
    function zoom(factor) {
      const [low, high] = shown().map(bend);
      const middle = plot.cursor.idx == null ? (low + high) / 2 : bend(x[plot.cursor.idx]);
      const min = Math.max(x[0], unbend(middle - (middle - low) * factor));
      const max = Math.min(x[last], unbend(middle + (high - middle) * factor));
      if (max > min) plot.setScale('x', { min, max });
    }
    const everything = () => plot.setScale('x', { min: x[0], max: x[last] });
    if (chart.x.low != null) plot.setScale('x', { min: chart.x.low, max: chart.x.high });
    function point(index) {
      const to = Math.min(last, Math.max(0, index)), [low, high] = shown();
      if (x[to] < low || x[to] > high) {
        const middle = bend(x[to]), half = (bend(high) - bend(low)) / 2;
        plot.setScale('x', { min: unbend(middle - half), max: unbend(middle + half) });
      }
      plot.setCursor({ left: plot.valToPos(x[to], 'x'), top: plot.over.clientHeight / 2 });
    }
    holder.addEventListener('keydown', event => {
      const at = plot.cursor.idx == null ? -1 : plot.cursor.idx;
      const actions = { ArrowRight: () => point(at + 1), ArrowLeft: () => point(at - 1), PageDown: () => point(at + 20),
                        PageUp: () => point(at - 20), '+': () => zoom(0.5), '=': () => zoom(0.5), '-': () => zoom(2),
                        Home: everything, End: () => point(last), Escape: everything };
      if (!actions[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
      actions[event.key]();
      event.preventDefault();
    });
    figure.append(element('div', { class: 'controls' }, button('+', 'zoom in', () => zoom(0.5)),
                          button('−', 'zoom out', () => zoom(2)), button('all', 'show everything', everything),
                          element('span', { class: 'hint' }, 'Drag to zoom, double-click for everything; arrow keys move along the curve.')));
  }

  function drawCharts() {
    for (const figure of document.querySelectorAll('.curves')) {
      for (const old of figure.querySelectorAll('.plot, .controls')) old.remove();
      drawChart(figure);
    }
  }

  // ---- a path and its slider ----

  // Where numbers lie in a panel, from what the picture says of its axes.
  function axesOf(panel) {
    const numbers = name => panel.dataset[name].split(' ').map(Number);
    const [left, top, width, height] = numbers('frame');
    const along = ([low, high], log) => v => (log ? Math.log(v / low) / Math.log(high / low) : (v - low) / (high - low));
    const right = along(numbers('xRange'), panel.dataset.xScale === 'log'), up = along(numbers('yRange'), panel.dataset.yScale === 'log');
    const within = share => (share >= -0.002 && share <= 1.002 ? share : NaN); // what lies outside is not shown
    return (x, y) => [left + width * within(right(x)), top + height * (1 - within(up(y)))];
  }

  function walk(figure) {
    const steps = data(figure), svg = figure.querySelector('svg'), panel = svg.querySelector('.t-panel');
    const place = axesOf(panel), last = steps.rows.length - 1;
    const circle = (radius, name) => {
      const made = document.createElementNS('http://www.w3.org/2000/svg', 'circle');
      made.setAttribute('r', radius);
      made.setAttribute('class', name);
      panel.append(made);
      return made;
    };
    const rings = [circle(8, 'walker'), circle(4, 'walker-dot')];
    const slider = element('input', { type: 'range', min: 0, max: last, value: 0, step: 1, 'aria-label': 'step' });
    const count = element('p', { class: 'count' }), values = steps.columns.map(() => element('dd'));
    const list = element('dl', { class: 'facts', 'aria-live': 'polite' });
    steps.columns.forEach((name, k) => list.append(element('dt', {}, name), values[k]));

    function show(index) {
      const at = Math.min(last, Math.max(0, index)), row = steps.rows[at];
      slider.value = at;
      slider.setAttribute('aria-valuetext', `${steps.columns[0]} ${row[0]}`);
      count.textContent = `${steps.columns[0]} ${row[0]}`;
      row.forEach((v, k) => { values[k].textContent = v == null ? '–' : minus(String(v)); });
      const [x, y] = place(steps.x[at], steps.y[at]), seen = Number.isFinite(x) && Number.isFinite(y);
      for (const ring of rings) {
        ring.style.display = seen && steps.x[at] != null && steps.y[at] != null ? '' : 'none';
        ring.setAttribute('cx', x);
        ring.setAttribute('cy', y);
      }
    }
    let timer = 0;
    const stop = () => { clearInterval(timer); timer = 0; play.textContent = '▶'; play.setAttribute('aria-label', 'play'); };
    const play = button('▶', 'play', () => {
      if (timer) return stop();
      if (Number(slider.value) >= last) show(0);
      const stride = Math.max(1, Math.round(last / 200));
      play.textContent = '❚❚';
      play.setAttribute('aria-label', 'pause');
      timer = setInterval(() => { show(Number(slider.value) + stride); if (Number(slider.value) >= last) stop(); }, last < 60 ? 160 : 50);
    });
    slider.addEventListener('input', () => { stop(); show(Number(slider.value)); });
    const back = button('‹', 'one step back', () => { stop(); show(Number(slider.value) - 1); });
    const on = button('›', 'one step on', () => { stop(); show(Number(slider.value) + 1); });
    figure.append(element('div', { class: 'panel' }, count,
                          element('div', { class: 'controls' }, play, back, slider, on), list));
    list.firstElementChild.remove();
    values[0].remove();
    show(0);
  }

  // ---- commands ----

  for (const copy of document.querySelectorAll('.copy'))
    copy.addEventListener('click', async () => {
      const code = copy.parentElement.querySelector('code');
      try {
        await navigator.clipboard.writeText(code.textContent);
        copy.textContent = 'Copied';
      } catch {
        getSelection().selectAllChildren(code);
        copy.textContent = 'Ctrl+C';
      }
      setTimeout(() => { copy.textContent = 'Copy'; }, 1600);
    });

  for (const figure of document.querySelectorAll('.steps')) walk(figure);
  if (window.uPlot) {
    drawCharts();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawCharts);
  }
})();
