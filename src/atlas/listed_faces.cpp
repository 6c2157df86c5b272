#include "listed_faces.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>

#include "core/parallel.hpp"

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
    const Index n = weights_.system().dimension();
    // Runs of one set share its elimination; they are short enough for threads to share the work.
    constexpr std::size_t longest_run = 64;
    std::vector<std::size_t> begin;
    for (std::size_t k = before; k < listed.size(); ++k) {
        if (begin.empty() || listed[k].free != listed[k - 1].free ||
            k - begin.back() == longest_run) {
            begin.push_back(k);
        }
    }
    begin.push_back(listed.size());
    std::vector<FaceDecision> decided(listed.size() - before);
    parallel_for(static_cast<Index>(begin.size()) - 1, threads_, [&](Index run) {
        const std::size_t first = begin[static_cast<std::size_t>(run)];
        std::optional<FreeSetFaces> faces;
        for (std::size_t k = first; k < begin[static_cast<std::size_t>(run) + 1]; ++k) {
            const AtlasEntry& entry = listed[k];
            if (auto known = kept_.take(entry.free, entry.high)) {
                decided[k - before] = std::move(*known);
                continue;
            }
            if (!faces) {
                faces.emplace(weights_, units_of(entry.free, n, true));
            }
            decided[k - before] = faces->decide(pattern_of_entry(entry, n));
        }
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
