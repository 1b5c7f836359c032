// Fields that a choice makes idle step back: those of a flag that only matter for one way of deciding. Nothing is cleared.
const matters = {
  when: { at: ["once"], weekday: ["weekly"], time: ["daily", "weekly"] },
  way: { percentage: ["percentage"], keep: ["percentage", "users"], tier_free: ["tier"], tier_starter: ["tier"], tier_pro: ["tier"] },
};

for (const form of document.querySelectorAll("form[data-tailored]")) {
  const by = form.elements[form.dataset.tailored];
  const fields = Object.entries(matters[form.dataset.tailored] ?? {});
  const fit = () => {
    for (const [name, ways] of fields) {
      const field = form.elements[name]?.closest(".field");
      if (field) field.hidden = !ways.includes(by.value);
    }
  };
  by.addEventListener("change", fit);
  fit();
}
