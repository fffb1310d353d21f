
"use strict";
// Search, order and arrow keys. The page says all that it has to say without them.
(() => {
	const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
	const byID = (id) => document.getElementById(id);
	const list = byID("list"), find = byID("find"), found = byID("found"), toggle = byID("all");
	const few = 40; // sites among which a search opens packages

	// index returns the packages with their files, places and sites, and what can be searched
	// for: the sites' own words, their package and the hook and declaration of their rule.
	const index = () => [...list.children].map((li) => {
		const name = li.querySelector("h3").textContent;
		return {
			li, name, details: li.querySelector("details"), shown: li.querySelector(".count"), total: +li.dataset.sites,
			files: all(".file", li).map((file) => ({
				file,
				places: all("article", file).map((place) => ({
					place,
					sites: all(".sites > li", place).map((site) => {
						const rule = byID(site.querySelector("a").hash.slice(1)).cells;
						const words = [name, file.querySelector("h4").textContent, site.textContent, rule[1].textContent, rule[2].textContent];
						return { site, text: words.join(" ").toLowerCase() + " " };
					}),
				})),
			})),
		};
	});
	let packages, before; // the index, and which details were open before a search

	const sitesText = (n) => n + (n === 1 ? " site" : " sites");

	const show = (element, shown) => { if (element.hidden === shown) element.hidden = !shown; };

	// filter shows what all words match, and returns the number of sites and packages.
	const filter = (words) => {
		const fits = (text) => words.every((w) => text.includes(w));
		let sites = 0, hit = 0;
		for (const p of packages) {
			let n = 0;
			for (const f of p.files) {
				let inFile = 0;
				for (const { place, sites } of f.places) {
					let here = 0;
					for (const s of sites) {
						const fit = fits(s.text);
						show(s.site, fit);
						here += fit;
					}
					show(place, words.length === 0 || here > 0);
					inFile += here;
				}
				show(f.file, words.length === 0 || inFile > 0);
				n += inFile;
			}
			show(p.li, words.length === 0 || n > 0);
			p.shown.textContent = n === p.total ? sitesText(n) : `${n} of ${p.total}`;
			sites += n;
			hit += n > 0;
		}
		return [sites, hit];
	};

	const search = () => {
		packages ??= index();
		// A line number is meant to its last digit.
		const words = find.value.toLowerCase().split(/\s+/).filter(Boolean).map((w) => /:\d+$/.test(w) ? w + " " : w);
		const [sites, hit] = filter(words);
		if (words.length > 0) {
			before ??= new Map(packages.map((p) => [p.details, p.details.open]));
			if (sites <= few) packages.forEach((p) => { p.details.open = !p.li.hidden; });
		} else if (before) {
			before.forEach((open, details) => { details.open = open; });
			before = undefined;
		}
		found.textContent = words.length === 0 ? "" : sites === 0 ? "nothing found" :
			`${sitesText(sites)} in ${hit} ${hit === 1 ? "package" : "packages"}`;
		named();
	};

	const summaries = () => all(":scope > li:not([hidden]) > details > summary", list);
	const opened = () => summaries().some((s) => s.parentElement.open);
	const named = () => { toggle.textContent = opened() ? "Close all" : "Open all"; };

	const reorder = (how) => {
		const name = (li) => li.querySelector("h3").textContent;
		const order = how === "name" ?
			(a, b) => name(a) < name(b) ? -1 : 1 :
			(a, b) => b.dataset.sites - a.dataset.sites || (name(a) < name(b) ? -1 : 1);
		list.append(...[...list.children].sort(order));
	};

	// move does what an arrow key asks for on the summary of a package.
	const move = (summary, key) => {
		const rows = summaries(), i = rows.indexOf(summary);
		switch (key) {
		case "ArrowDown": return rows[i + 1] ?? summary;
		case "ArrowUp": return rows[i - 1] ?? find;
		case "Home": return rows[0];
		case "End": return rows.at(-1);
		case "ArrowRight": summary.parentElement.open = true; return summary;
		case "ArrowLeft": summary.parentElement.open = false; return summary;
		}
	};

	document.addEventListener("keydown", (e) => {
		if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
		const at = e.target;
		let to;
		if (e.key === "/" && !at.closest("input, select, textarea")) {
			to = find;
		} else if (at === find && e.key === "ArrowDown") {
			to = summaries()[0];
		} else if (at === find && e.key === "Escape") {
			find.value = "";
			search();
			to = find;
		} else if (at.matches("#list > li > details > summary")) {
			to = move(at, e.key);
		}
		if (!to) return;
		e.preventDefault();
		to.focus();
		if (e.key === "/") find.select();
	});

	// A link to a rule opens what it is in, and one to a rule's sites searches for them.
	const reveal = () => {
		const to = byID(decodeURIComponent(location.hash.slice(1)));
		for (let d = to?.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
		if (to?.matches("tr")) {
			to.scrollIntoView({ block: "center" });
			to.focus({ preventScroll: true });
		}
	};
	document.addEventListener("click", (e) => {
		const link = e.target.closest("a[data-find]");
		if (!link) return;
		e.preventDefault(); // to follow it would take the focus away
		find.value = link.dataset.find;
		search();
		byID("packages").scrollIntoView();
		find.focus({ preventScroll: true });
	});

	find.addEventListener("input", search);
	byID("order").addEventListener("change", (e) => reorder(e.target.value));
	toggle.addEventListener("click", () => {
		const open = !opened();
		summaries().forEach((s) => { s.parentElement.open = open; });
		named();
	});
	list.addEventListener("toggle", named, true);
	byID("tools").addEventListener("submit", (e) => e.preventDefault());
	window.addEventListener("hashchange", reveal);
	byID("tools").hidden = false;
	named();
	reveal();
})();
