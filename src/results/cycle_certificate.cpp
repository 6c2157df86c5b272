#include "cycle_certificate.hpp"

#include <nlohmann/json.hpp>

#include "exact_json.hpp"

namespace resdyn {

using Json = nlohmann::ordered_json;

std::string cycle_certificate_text(const CycleStudy& study, const ResidualSystem& system) {
    Json cycles = Json::array();
    Index omitted = 0;
    for (std::size_t k = 0; k < study.proofs.size(); ++k) {
        const MapFinding& finding = study.cycles.network[k];
        if (!finding.cycle) {
            continue;
        }
        const auto& proof = study.proofs[k];
        if (!proof || !proof->proved || !proof->minimal) {
            ++omitted;
            continue;
        }
        cycles.push_back({{"pattern", to_string(finding.face)},
                          {"period", finding.cycle->period()},
                          {"radius", hexadecimal(proof->radius)},
                          {"points", exact_json(proof->centre.transpose())},
                          {"attracts", proof->attracts_in_cube ? "cube"
                                       : proof->attracting     ? "face"
                                                               : "not_claimed"}});
    }
    Json json = {{"format", "resdyn-cycle-certificate"},
                 {"version", cycle_certificate_version},
                 {"activation", to_string(system.activation())},
                 {"step", hexadecimal(system.step())}};
    json["weights"] = exact_weights_json(system);
    json["omitted"] = omitted;
    json["cycles"] = std::move(cycles);
    return json.dump(1) + "\n";
}

}  // namespace resdyn
