#include <resdyn/results/attracting_results.hpp>

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include <resdyn/results/json_parts.hpp>
#include <resdyn/results/results.hpp>

namespace resdyn {

using Json = nlohmann::ordered_json;

namespace {

/// Infinite where there is nothing to be far from: then no value.
Json margin_json(double margin) {
    return std::isfinite(margin) ? Json(margin) : Json();
}

CsvTable::Cell margin_cell(double margin) {
    return std::isfinite(margin) ? CsvTable::Cell(margin) : CsvTable::Cell("");
}

/// As L → ∞: argmax of the evidence rate, where ȳ is one point and the argmax one class.
bool has_class(const AttractingFace& face, const EvidenceRate& evidence) {
    return face.is_isolated() && evidence.is_decided();
}

}  // namespace

Json to_json(const AttractingFace& face, const EvidenceRate* evidence) {
    Json exponents = Json::array();
    for (Index i = 0; i < face.pattern.size(); ++i) {
        exponents.push_back(
            face.pattern[i] == UnitState::Free ? Json() : Json(face.transverse_exponents[i]));
    }
    Json item = {{"pattern", to_string(face.pattern)},
                 {"dimension", face.dimension},
                 {"y", json_numbers(face.y)},
                 {"transverse_exponents", exponents},
                 {"ties", face.ties},
                 {"transverse_margin", margin_json(face.transverse_margin)},
                 {"inside_margin", margin_json(face.inside_margin)},
                 {"transversally_stable", face.is_transversally_stable()},
                 {"stable", face.is_stable()},
                 {"inside",
                  {{"type", to_string(equilibrium_type(face.inside))},
                   {"unstable_dimension", face.inside.unstable},
                   {"neutral", face.inside.neutral},
                   {"stable", face.inside.stable},
                   {"eigenvalues", json_numbers(face.inside_eigenvalues)}}}};
    if (face.pattern.is_vertex()) {
        item["inside"] = nullptr;
    }
    if (evidence != nullptr) {
        item["evidence_rate"] = json_numbers(evidence->rate);
        item["evidence_margin"] = evidence->margin;
        item["evidence_margin_error"] = evidence->margin_error;
        item["class"] = has_class(face, *evidence) ? Json(evidence->best) : Json();
    }
    return item;
}

Json to_json(const GrowthForm& growth) {
    return {{"exists", growth.exists ? Json(*growth.exists) : Json()},
            {"p", json_numbers(growth.p)},
            {"y", json_numbers(growth.y)},
            {"statement", describe(growth)}};
}

Json attracting_json(const AttractingFaces& search, const CostPrediction& prediction,
                     const ResidualSystem& system, const std::vector<EvidenceRate>& evidence,
                     const std::optional<GrowthForm>& growth) {
    Json json = {
        {"activation", to_string(system.activation())},
        {"step", system.step()},
        {"dimension", system.dimension()},
        {"complete", search.complete()},
        {"method", "branch_and_bound"},
        {"scope", "attracting_faces"},
        {"end", to_string(search.end)},
        {"counts",
         {{"total", search.count()}, {"isolated", search.isolated}, {"continua", search.continua}}},
        {"only_origin", search.only_origin()},
        {"statement", describe(search)},
        {"growth_form", growth ? to_json(*growth) : Json()},
        {"prediction", to_json(prediction)},
        {"work", to_json(search.work)},
        {"all_listed", search.all_listed()},
        {"attracting_faces", Json::array()}};
    for (std::size_t k = 0; k < search.faces.size(); ++k) {
        json["attracting_faces"].push_back(
            to_json(search.faces[k], evidence.empty() ? nullptr : &evidence[k]));
    }
    return json;
}

CsvTable attracting_table(const AttractingFaces& search,
                          const std::vector<EvidenceRate>& evidence) {
    const Index n = search.faces.empty() ? 0 : search.faces.front().y.size();
    const Index classes = evidence.empty() ? 0 : evidence.front().rate.size();
    std::vector<std::string> columns = {"pattern",
                                        "dimension",
                                        "ties",
                                        "transverse_margin",
                                        "inside_margin",
                                        "stable",
                                        "inside_unstable_dimension",
                                        "class"};
    for (const auto& [name, count] :
         {std::pair{"y", n}, std::pair{"transverse", n}, std::pair{"evidence", classes}}) {
        for (Index i = 0; i < count; ++i) {
            columns.push_back(fmt::format("{}_{}", name, i));
        }
    }
    CsvTable table(columns);
    for (std::size_t k = 0; k < search.faces.size(); ++k) {
        const AttractingFace& face = search.faces[k];
        const bool classified = !evidence.empty() && has_class(face, evidence[k]);
        std::vector<CsvTable::Cell> row = {to_string(face.pattern),
                                           face.dimension,
                                           face.ties,
                                           margin_cell(face.transverse_margin),
                                           margin_cell(face.inside_margin),
                                           std::string(face.is_stable() ? "true" : "false"),
                                           face.inside.unstable};
        row.push_back(classified ? CsvTable::Cell(evidence[k].best) : CsvTable::Cell(""));
        for (const double y : face.y) {
            row.emplace_back(y);
        }
        for (Index i = 0; i < n; ++i) {
            row.push_back(face.pattern[i] == UnitState::Free
                              ? CsvTable::Cell("")
                              : CsvTable::Cell(face.transverse_exponents[i]));
        }
        for (Index c = 0; c < classes; ++c) {
            row.emplace_back(evidence[k].rate[c]);
        }
        table.add(row);
    }
    return table;
}

std::string describe(const AttractingFaces& search) {
    if (!search.complete()) {
        return "Not complete: other faces may attract.";
    }
    const std::string proved =
        "Proved for the stored weights, in the flow and in the network with any step, the block "
        "repeated without end: ";
    const std::string open = " ω-limit sets that meet several faces are not covered.";
    if (search.only_origin()) {
        return proved +
               "no trajectory of the open cube ends at an equilibrium other than y = 0, nor at a "
               "cycle, torus or chaotic set that lies compactly in one open face. Left open: the "
               "approach to y = 0." +
               open;
    }
    return proved +
           fmt::format(
               "where a trajectory of the open cube ends compactly in one open face, at rest "
               "or not, that face is one of {}.",
               search.count()) +
           open;
}

std::string describe(const GrowthForm& growth) {
    if (!growth.exists) {
        return "Rest at y = 0: whether some p >= 0 has p'W >= 0, which excludes it, was not "
               "decided.";
    }
    return *growth.exists
               ? "Rest at y = 0 is excluded, proved: p'W >= 0 for some p >= 0, so that the sum of "
                 "p_i u_i never falls."
               : "Rest at y = 0 is not excluded by a sum of p_i u_i that never falls: Wy < 0 for "
                 "some "
                 "y >= 0, so that no p >= 0 has p'W >= 0.";
}

}  // namespace resdyn
