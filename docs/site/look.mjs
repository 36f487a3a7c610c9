// Looks at each page of the built site in Chromium, wide and narrow, light and dark.
//
//     npm install axe-core puppeteer-core
//     node docs/site/look.mjs site [page.html ...]
//
// It tells what axe finds wrong for those who use a screen reader or a keyboard, what is wider than
// the window, and what is asked for from the network; a page without a line has nothing of these.
// CHROMIUM names the program, and SHOTS a folder for a picture of each page.
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const from = createRequire(join(process.cwd(), "x.js")); // where npm has installed them
const { default: puppeteer } = await import(from.resolve("puppeteer-core"));
const { source: axe } = from("axe-core");

const [site, ...named] = [resolve(process.argv[2] ?? "site"), ...process.argv.slice(3)];
const pages = named.length
  ? named
  : readdirSync(site, { recursive: true }).filter((name) => name.endsWith(".html") && name !== "404.html");
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
let wrong = 0;

function tell(...words) {
  wrong += 1;
  console.log(...words);
}

for (const scheme of ["light", "dark"]) {
  for (const width of [1400, 390]) {
    for (const name of pages) {
      const view = `${name}, ${scheme}, ${width} px:`;
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      page.on("request", (request) => {
        if (/^https?:/.test(request.url())) tell(view, "asks for", request.url());
      });
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      await page.setViewport({ width, height: 900 });
      await page.goto(`file://${join(site, name)}`, { waitUntil: "load" });
      await new Promise((done) => setTimeout(done, 300)); // the theme goes on after "load"
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      if (wide > width) tell(view, `is ${wide} px wide`);
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run(document));
      for (const { help, nodes } of violations) tell(view, help, nodes.length, nodes[0].html);
      if (process.env.SHOTS) {
        const picture = `${name.replace(/\W/g, "-")}-${scheme}-${width}.png`;
        await page.screenshot({ path: join(process.env.SHOTS, picture) });
      }
      await context.close();
    }
  }
}
await browser.close();
console.log(`${pages.length} pages, each in four views: ${wrong} things wrong`);
process.exit(wrong ? 1 : 0);
