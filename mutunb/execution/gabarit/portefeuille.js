(function () {
  "use strict";
  var corps = document.querySelector("#territoires tbody"), lignes = Array.prototype.slice.call(corps.rows);
  var texte = document.getElementById("filtre"), nature = document.getElementById("nature"), etat = document.getElementById("etat");
  function simple(t) { return t.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, ""); }
  var cles = lignes.map(function (l) { return simple(l.cells[0].textContent + " " + l.cells[1].textContent); });
  function filtrer() {
    var mots = simple(texte.value).split(/\s+/), n = 0;
    lignes.forEach(function (l, i) {
      var garde = (!nature.value || l.cells[2].textContent === nature.value) && mots.every(function (m) { return cles[i].indexOf(m) >= 0; });
      l.hidden = !garde;
      n += garde ? 1 : 0;
    });
    etat.textContent = n + (n > 1 ? " territoires affichés" : " territoire affiché");
  }
  function valeur(l, c) { var v = l.cells[c].getAttribute("data-v"); return v === null ? simple(l.cells[c].textContent) : v === "" ? null : +v; }
  document.querySelectorAll("#territoires th button").forEach(function (b) {
    b.addEventListener("click", function () {
      var th = b.parentNode, c = th.cellIndex, sens = th.getAttribute("aria-sort") === "descending" ? 1 : -1;
      document.querySelectorAll("#territoires th[aria-sort]").forEach(function (t) { t.removeAttribute("aria-sort"); });
      th.setAttribute("aria-sort", sens > 0 ? "ascending" : "descending");
      lignes.slice().sort(function (a, d) {
        var x = valeur(a, c), y = valeur(d, c);
        if (x === null || y === null) { return (x === null) - (y === null); }
        return (x < y ? -1 : x > y ? 1 : 0) * sens;
      }).forEach(function (l) { corps.appendChild(l); });
    });
  });
  texte.addEventListener("input", filtrer);
  nature.addEventListener("change", filtrer);
  document.getElementById("commandes").hidden = false;
})();
