#include "certificate.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "exact_json.hpp"

namespace resdyn {

using Json = nlohmann::ordered_json;

namespace {

std::string_view name_of(Listing listing) {
    switch (listing) {
        case Listing::All:
            return "all";
        case Listing::Stable:
            return "stable";
        case Listing::Faces:
            return "faces";
    }
    return "unknown";
}

Json counts_json(const AtlasCounts& counts) {
    return {{"total", counts.total},
            {"vertices", counts.vertices},
            {"faces", counts.faces},
            {"stable", counts.stable},
            {"by_unstable_dimension", counts.by_unstable_dimension}};
}

void add_point(Json& item, const RationalPoint& point) {
    item["numerators"] = point.numerators;
    item["denominator"] = point.denominator;
}

/// One letter a unit: the sign of a saturated eigenvalue, or F.
std::string sign_word(const CertifiedEquilibrium& item) {
    std::string word;
    for (Index i = 0; i < item.claim.pattern.size(); ++i) {
        const int sign = item.saturated_signs[static_cast<std::size_t>(i)];
        word += item.claim.pattern[i] == UnitState::Free ? 'F'
                : sign > 0                               ? '+'
                : sign < 0                               ? '-'
                                                         : '0';
    }
    return word;
}

Json to_json(const CertifiedEquilibrium& item) {
    const SpectralCounts& spectrum = item.claim.spectrum;
    Json json = {{"pattern", to_string(item.claim.pattern)}};
    add_point(json, item.y);
    Json nearest = Json::array();
    for (const double y : item.claim.y) {
        nearest.push_back(hexadecimal(y));
    }
    json["y"] = std::move(nearest);
    json["determinant_sign"] = item.determinant_sign;
    json["saturated_signs"] = sign_word(item);
    json["inertia"] = {{"unstable", spectrum.unstable},
                       {"stable", spectrum.stable},
                       {"neutral", spectrum.neutral},
                       {"zero", spectrum.zero},
                       {"all_real", spectrum.all_real}};
    json["type"] = to_string(item.claim.type);
    json["on_continuum"] = item.on_continuum ? Json(*item.on_continuum) : Json();
    return json;
}

Json to_json(const CertifiedContinuum& item) {
    Json json = {{"pattern", to_string(item.pattern)}, {"dimension", item.dimension}};
    add_point(json, item.point);
    return json;
}

Json proof_json(const std::optional<SearchProof>& proof) {
    if (!proof) {
        return {};
    }
    return {{"start", proof->start}, {"split", proof->split}, {"tree", proof->lines}};
}

}  // namespace

std::string certificate_text(const Certificate& certificate, const ResidualSystem& system) {
    Json json = {{"certificate", "resdyn equilibria"},
                 {"version", certificate_version},
                 {"activation", to_string(system.activation())},
                 {"dimension", system.dimension()},
                 {"weights", exact_weights_json(system)},
                 {"claim", to_string(certificate.claim)},
                 {"listing", name_of(certificate.listing)},
                 {"counts", counts_json(certificate.counts)},
                 {"singular_patterns",
                  certificate.singular_patterns ? Json(*certificate.singular_patterns) : Json()},
                 {"omitted", certificate.omitted}};
    json["equilibria"] = Json::array();
    for (const CertifiedEquilibrium& item : certificate.equilibria) {
        json["equilibria"].push_back(to_json(item));
    }
    json["continua"] = Json::array();
    for (const CertifiedContinuum& item : certificate.continua) {
        json["continua"].push_back(to_json(item));
    }
    json["proof"] = proof_json(certificate.proof);
    return json.dump(1) + "\n";
}

}  // namespace resdyn
