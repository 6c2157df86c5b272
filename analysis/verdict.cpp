#include "verdict.hpp"

#include <algorithm>

namespace resdyn::claims {

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::Fails:
            return "fails";
        case Verdict::Negligible:
            return "negligible";
        case Verdict::Undecided:
            return "undecided";
        case Verdict::Depends:
            return "depends";
        case Verdict::HoldsOnAverage:
            return "holds on average";
        case Verdict::HoldsInGeneral:
            return "holds in general";
        case Verdict::Holds:
            return "holds";
    }
    return "unknown";
}

Verdict verdict_of(EffectVerdict verdict) {
    switch (verdict) {
        case EffectVerdict::Holds:
            return Verdict::Holds;
        case EffectVerdict::Fails:
            return Verdict::Fails;
        case EffectVerdict::Negligible:
            return Verdict::Negligible;
        case EffectVerdict::Undecided:
            break;
    }
    return Verdict::Undecided;
}

bool holds(Verdict verdict) {
    return verdict >= Verdict::HoldsOnAverage;
}

Verdict weakest(const std::vector<Verdict>& verdicts) {
    const auto least = std::min_element(verdicts.begin(), verdicts.end());
    return least == verdicts.end() ? Verdict::Undecided : *least;
}

}  // namespace resdyn::claims
