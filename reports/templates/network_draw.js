(function () {
  "use strict";
  var told = JSON.parse(document.getElementById("graph").textContent);
  var nodes = new vis.DataSet(told.nodes);
  var edges = new vis.DataSet(told.edges);
  var box = document.getElementById("net");
  var net = new vis.Network(box, { nodes: nodes, edges: edges }, told.options);
  net.on("beforeDrawing", function (paper) {
    told.islands.forEach(function (island) {
      paper.beginPath();
      paper.arc(island.x, island.y, island.radius, 0, 2 * Math.PI);
      paper.fillStyle = told.panel;
      paper.fill();
      paper.lineWidth = 1;
      paper.strokeStyle = told.line;
      paper.stroke();
      paper.fillStyle = told.ink;
      paper.font = "600 14px sans-serif";
      paper.textAlign = "center";
      paper.fillText(island.name, island.x, island.y - island.radius - 8);
    });
  });
  function fit() {
    if (!told.islands.length && !told.nodes.length) { return; }
    var left = Infinity, right = -Infinity, top = Infinity, low = -Infinity;
    told.islands.concat(told.nodes).forEach(function (part) {
      var reach = part.radius || 30;
      left = Math.min(left, part.x - reach);
      right = Math.max(right, part.x + reach);
      top = Math.min(top, part.y - reach - 30);
      low = Math.max(low, part.y + reach);
    });
    var scale = 0.96 * Math.min(box.clientWidth / (right - left), box.clientHeight / (low - top));
    net.moveTo({ position: { x: (left + right) / 2, y: (top + low) / 2 }, scale: Math.min(scale, 1.6) });
  }
  fit();
  window.addEventListener("resize", fit);
  document.getElementById("whole").addEventListener("click", fit);
})();
