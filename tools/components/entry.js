// The parts of Web Awesome that the page uses, and nothing else: one module, self-hosted.
// To use another component, add its import here; set-up builds static/vendor/components/ anew.
import "@awesome.me/webawesome/dist/components/copy-button/copy-button.js";
import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import "@awesome.me/webawesome/dist/components/drawer/drawer.js";
import "@awesome.me/webawesome/dist/components/tab-group/tab-group.js";
import "@awesome.me/webawesome/dist/components/tab-panel/tab-panel.js";
import "@awesome.me/webawesome/dist/components/tab/tab.js";
import "@awesome.me/webawesome/dist/components/tooltip/tooltip.js";
import "@awesome.me/webawesome/dist/translations/zh-cn.js";
import { registerIconLibrary } from "@awesome.me/webawesome/dist/components/icon/library.js";

// The library's own icons come from a font service, and its built-in ones from data: addresses, which the page's
// Content-Security-Policy does not let it fetch. Both are replaced by files of this host.
const files = (folder) => ({
  resolver: (name) => new URL(`${folder}/${name}.svg`, import.meta.url).href,
  mutator: (svg) => svg.setAttribute("fill", "currentColor"),
});

registerIconLibrary("system", files("./icons"));
registerIconLibrary("default", files("../../icons"));
