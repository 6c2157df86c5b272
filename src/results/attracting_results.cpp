#include "attracting_results.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "json_parts.hpp"
#include "results.hpp"
#include "table.hpp"

namespace resdyn {

using Json = nlohmann::ordered_json;

namespace {

/// Infinite where there is nothing to be far from: then no value.
std::optional<double> finite_margin(double margin) {
    return std::isfinite(margin) ? std::optional(margin) : std::nullopt;
}

/// A face with the evidence at its ȳ, where the network has a read-out.
struct FaceRow {
    const AttractingFace* face;
    const EvidenceRate* evidence;  ///< may be null.
};

std::vector<FaceRow> rows_of(const AttractingFaces& search,
                             const std::vector<EvidenceRate>& evidence) {
    std::vector<FaceRow> rows;
    for (std::size_t k = 0; k < search.faces.size(); ++k) {
        rows.push_back({&search.faces[k], evidence.empty() ? nullptr : &evidence[k]});
    }
    return rows;
}

/// As L → ∞: argmax of the evidence rate, where ȳ is one point and the argmax one class.
bool has_class(const AttractingFace& face, const EvidenceRate& evidence) {
    return face.is_isolated() && evidence.is_decided();
}

template <typename V>
auto of_face(V AttractingFace::*member) {
    return [member](const FaceRow& row) { return row.face->*member; };
}

/// Exponents of the saturated units; of free ones there is none.
std::vector<double> saturated_exponents(const FaceRow& row) {
    const AttractingFace& face = *row.face;
    std::vector<double> exponents(static_cast<std::size_t>(face.pattern.size()),
                                  std::numeric_limits<double>::quiet_NaN());
    for (Index i = 0; i < face.pattern.size(); ++i) {
        if (face.pattern[i] != UnitState::Free) {
            exponents[static_cast<std::size_t>(i)] = face.transverse_exponents[i];
        }
    }
    return exponents;
}

std::optional<Index> class_of(const FaceRow& row) {
    return row.evidence != nullptr && has_class(*row.face, *row.evidence)
               ? std::optional<Index>(row.evidence->best)
               : std::nullopt;
}

/// Of the flow inside an open face; a vertex has no inside.
Json inside_json(const AttractingFace& face) {
    if (face.pattern.is_vertex()) {
        return nullptr;
    }
    return {{"type", to_string(equilibrium_type(face.inside))},
            {"unstable_dimension", face.inside.unstable},
            {"neutral", face.inside.neutral},
            {"stable", face.inside.stable},
            {"eigenvalues", json_numbers(face.inside_eigenvalues)}};
}

const Table<FaceRow>& face_table() {
    using F = Field<FaceRow>;
    static const Table<FaceRow> table = {
        {"pattern", of_face(&AttractingFace::pattern)},
        {"dimension", of_face(&AttractingFace::dimension)},
        {"ties", of_face(&AttractingFace::ties)},
        {"transverse_margin",
         [](const FaceRow& row) { return finite_margin(row.face->transverse_margin); }},
        {"inside_margin",
         [](const FaceRow& row) { return finite_margin(row.face->inside_margin); }},
        F("transversally_stable",
          [](const FaceRow& row) {
              return row.face->is_transversally_stable();
          }).json_only(),
        {"stable", [](const FaceRow& row) { return row.face->is_stable(); }},
        F("inside_unstable_dimension",
          [](const FaceRow& row) {
              return row.face->inside.unstable;
          }).csv_only(),
        F("class", class_of).column("class"),
        {"y", of_face(&AttractingFace::y)},
        F("transverse_exponents", saturated_exponents).column("transverse"),
        F("evidence_rate",
          [](const FaceRow& row) {
              return row.evidence != nullptr ? std::optional(row.evidence->rate) : std::nullopt;
          })
            .column("evidence")
            .if_present(),
        F("evidence_margin",
          [](const FaceRow& row) {
              return row.evidence != nullptr ? std::optional(row.evidence->margin) : std::nullopt;
          })
            .json_only()
            .if_present(),
        F("evidence_margin_error",
          [](const FaceRow& row) {
              return row.evidence != nullptr ? std::optional(row.evidence->margin_error)
                                             : std::nullopt;
          })
            .json_only()
            .if_present()};
    return table;
}

}  // namespace

Json to_json(const AttractingFace& face, const EvidenceRate* evidence) {
    Json item = Json::object();
    face_table().add_to(item, {&face, evidence});
    item["inside"] = inside_json(face);
    if (evidence == nullptr) {
        item.erase("class");
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
    return face_table().csv(rows_of(search, evidence));
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
