#include "listed_faces.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>

#include <resdyn/core/parallel.hpp>

namespace resdyn {

namespace {

[[noreturn]] void disagree() {
    throw std::logic_error("equilibrium_atlas: the filter and exact arithmetic disagree");
}

template <typename T>
std::vector<T> sorted(std::vector<T> list) {
    std::sort(list.begin(), list.end(),
              [](const T& a, const T& b) { return a.pattern < b.pattern; });
    return list;
}

}  // namespace

template <typename T>
void ListedFaces::add(const std::vector<AtlasEntry>& listed, std::vector<T>& described) const {
    const std::size_t before = described.size();
    const Index n = solver_.system().dimension();
    std::vector<FaceDecision> decided(listed.size() - before);
    parallel_for(static_cast<Index>(decided.size()), threads_, [&](Index k) {
        const auto place = static_cast<std::size_t>(k);
        const AtlasEntry& entry = listed[before + place];
        std::optional<FaceDecision> known = kept_.take(entry.free, entry.high);
        decided[place] = known ? std::move(*known) : solver_.decide(pattern_of_entry(entry, n));
    });
    for (FaceDecision& decision : decided) {
        T* found = std::get_if<T>(&decision);
        if (found == nullptr) {
            disagree();
        }
        described.push_back(std::move(*found));
    }
}

void ListedFaces::follow(const FreeSetTally& tally) {
    const std::size_t before = equilibria_.size();
    add(tally.equilibria, equilibria_);
    for (std::size_t k = before; k < equilibria_.size(); ++k) {
        const SpectralCounts& spectrum = equilibria_[k].spectrum;
        if (spectrum.unstable != tally.equilibria[k].unstable ||
            spectrum.neutral != tally.equilibria[k].neutral) {
            disagree();
        }
    }
    add(tally.continua, continua_);
    kept_.clear();
}

std::vector<Equilibrium> ListedFaces::equilibria() {
    return sorted(std::move(equilibria_));
}

std::vector<Continuum> ListedFaces::continua() {
    return sorted(std::move(continua_));
}

}  // namespace resdyn
