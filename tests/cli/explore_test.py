"""`resdyn explore`: the network that it writes into the page, starts of data, refusals. What the page
does with it: tests/explorer."""
import json
import os
import re
import shutil
import subprocess

from support import PROGRAM, ProgramTest, main

PAGE = '<!DOCTYPE html>\n<script type="application/json" id="given">@@given@@</script>\n<p>rest</p>\n'


class Explore(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("page.html", PAGE)

    def given(self, *words):
        """The network in the page that is written."""
        told = self.done("explore", *words, "--page", "page.html", "--out", "out").stdout
        self.assertIn("open out/explorer.html in a browser", told)
        self.assertEqual(self.names("out"), ["explorer.html", "results.json"])
        text = (self.folder / "out/explorer.html").read_text()
        network = re.search(r'id="given">(.*?)</script>', text)[1]
        self.assertEqual(text, PAGE.replace("@@given@@", network))
        results = json.loads((self.folder / "out/results.json").read_text())
        self.assertEqual(results["bytes"], len(text.encode()))
        self.assertEqual(results["starts"], len(json.loads(network)["starts"]))
        return json.loads(network)

    def test_network(self):
        self.write("W.csv", "0.1,-2\n3e-17,0.7\n")
        self.assertEqual(
            self.given("--weights", "W.csv", "--activation", "tanh", "--step", "0.25", "--bias",
                       "1,-1"),
            {"name": "W.csv", "activation": "tanh", "step": 0.25, "b": [1.0, -1.0], "layers": 20,
             "W": [[0.1, -2.0], [3e-17, 0.7]], "starts": []})
        network = self.given("--system", "heteroclinic-cycle")
        self.assertEqual(network["name"], "heteroclinic-cycle")
        self.assertEqual(network["W"], [[1, -3, 1], [1, 1, -3], [-3, 1, 1]])

    def test_model_of_two_matrices_and_data(self):
        self.write_model("m<b>.safetensors", {"step": "0.5", "depth": "7"}, drop=("W",),
                         A=[[0.5, -1.0, 0.25], [1.0, 0.0, 2.0]], B=[[1.0, 2.0], [3.0, -4.0], [0.0, 1.0]],
                         b=[0.1, 0.2, 0.3])
        network = self.given("m<b>.safetensors", "--data", "rings", "--samples", "5")
        self.assertEqual(network["A"], [[0.5, -1.0, 0.25], [1.0, 0.0, 2.0]])
        self.assertEqual(network["B"], [[1.0, 2.0], [3.0, -4.0], [0.0, 1.0]])
        self.assertEqual((network["step"], network["layers"]), (0.5, 7))
        self.assertEqual(network["name"], "m<b>.safetensors")  # and no tag begins in the page
        self.assertEqual([len(start["x"]) for start in network["starts"]], [2] * 5)
        again = self.given("m<b>.safetensors", "--data", "rings", "--samples", "5")
        self.assertEqual(again, network)

    def test_refusals(self):
        self.write("other.html", "<p>another page</p>")
        for page in ("nowhere.html", "other.html"):
            self.refused(2, "explore", "--page", page, says=[page, "script/explorer"])
        self.refused(2, "explore", "--system", "nothing", "--page", "page.html", says="nothing")
        self.refused(2, "explore", "--page", "page.html", "--data", "rings", "--samples", "0",
                     says="--samples")
        # A program with no page beside it says how to get one.
        alone = self.folder / "resdyn"
        shutil.copy(PROGRAM, alone)
        run = subprocess.run([alone, "explore"], cwd=self.folder, text=True, capture_output=True,
                             timeout=60, env={**os.environ})
        self.assertEqual(run.returncode, 3)
        self.assertEqual(len(run.stderr.splitlines()), 1)
        self.assertIn("script/explorer", run.stderr)
        self.assertEqual(run.stdout, "")


if __name__ == "__main__":
    main()
