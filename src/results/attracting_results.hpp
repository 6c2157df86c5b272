/// @file
/// The faces that can attract, as JSON and as a table.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include <resdyn/equilibria/growth_form.hpp>
#include <resdyn/stable/attracting_faces.hpp>
#include <resdyn/transient/evidence.hpp>

#include "formats/csv.hpp"

namespace resdyn {

/// `resdyn equilibria --method attracting-faces --json`. `evidence`: one a face, in their order, or
/// empty where there is no read-out. `growth` (logistic; null for tanh): is rest at y = 0 excluded?
nlohmann::ordered_json attracting_json(const AttractingFaces& search,
                                       const CostPrediction& prediction,
                                       const ResidualSystem& system,
                                       const std::vector<EvidenceRate>& evidence,
                                       const std::optional<GrowthForm>& growth);

/// One face: pattern, ȳ, exponents with their margins, the spectrum inside, and its evidence (may
/// be null).
nlohmann::ordered_json to_json(const AttractingFace& face, const EvidenceRate* evidence);
nlohmann::ordered_json to_json(const GrowthForm& growth);

/// "attracting_faces.csv": a face a line, columns y_i, transverse_i, evidence_c.
CsvTable attracting_table(const AttractingFaces& search, const std::vector<EvidenceRate>& evidence);

/// What a complete list proves, in one sentence; what an incomplete one leaves open.
std::string describe(const AttractingFaces& search);
/// Whether trajectories can come to rest at y = 0, as far as the form decides it.
std::string describe(const GrowthForm& growth);

}  // namespace resdyn
