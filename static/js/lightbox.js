// A picture of a gallery, large: arrow keys turn, Escape closes, and the focus goes back to where it was. Without this file each
// picture is a link to itself.
let box;
let gallery;
let at = 0;

const links = () => [...(gallery?.querySelectorAll("a") ?? [])];

function make(tag, fields, ...inside) {
  const element = Object.assign(document.createElement(tag), fields);
  element.append(...inside);
  return element;
}

function turn(by) {
  const all = links();
  if (!all.length) return;
  at = (at + by + all.length) % all.length;
  const picture = all[at].querySelector("img");
  box.picture.src = all[at].href;
  box.picture.alt = picture.alt;
  box.place.textContent = `${at + 1} of ${all.length}`;
  box.caption.textContent = all[at].title;
}

function build() {
  const dialog = make("dialog", { className: "lightbox" });
  dialog.setAttribute("aria-label", "Training image");
  const button = (text, act) => make("button", { className: "btn", type: "button", textContent: text, onclick: act });
  const place = make("span", { className: "muted tab grow" });
  place.setAttribute("role", "status");
  const picture = make("img", { alt: "" });
  const caption = make("p", { dir: "auto" });
  const close = button("Close", () => dialog.close());
  dialog.append(
    make("div", {}, place, button("Previous", () => turn(-1)), button("Next", () => turn(1)), close),
    make("figure", {}, picture),
    caption,
  );
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") turn(1);
    else if (event.key === "ArrowLeft") turn(-1);
    else return;
    event.preventDefault();
  });
  // The page may have been drawn anew meanwhile: the picture is found by its address.
  dialog.addEventListener("close", () => {
    const here = box.picture.src;
    const back = [...document.querySelectorAll("[data-lightbox] a")].find((link) => link.href === here);
    back?.focus();
  });
  document.body.append(dialog);
  return { dialog, picture, place, caption, close };
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-lightbox] a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  box ??= build();
  gallery = link.closest("[data-lightbox]");
  at = links().indexOf(link);
  turn(0);
  box.dialog.showModal();
  box.close.focus();
});
