#include "free_set_tally.hpp"

#include <algorithm>
#include <bit>
#include <iterator>
#include <stdexcept>
#include <utility>
#include "equilibria/spectral_discs.hpp"
#include "inertia_filter.hpp"
#include "sign_walk.hpp"

namespace resdyn {

namespace {

template <typename T>
void append(std::vector<T>& to, std::vector<T>& from, std::size_t most) {
    const std::size_t taken = std::min(from.size(), most - std::min(most, to.size()));
    to.insert(to.end(), std::make_move_iterator(from.begin()),
              std::make_move_iterator(from.begin() + static_cast<std::ptrdiff_t>(taken)));
}

}  // namespace

FreeSetTally::FreeSetTally(Index n) : inhabited(static_cast<std::size_t>(n + 1), 0) {
    counts.by_size.assign(inhabited.size(), std::vector<Index>(inhabited.size(), 0));
}

void FreeSetTally::add(FreeSetTally& other, std::size_t max_listed) {
    for (std::size_t k = 0; k < inhabited.size(); ++k) {
        inhabited[k] += other.inhabited[k];
        for (std::size_t u = 0; u < inhabited.size(); ++u) {
            counts.by_size[k][u] += other.counts.by_size[k][u];
        }
    }
    counts.stable += other.counts.stable;
    counts.non_hyperbolic += other.counts.non_hyperbolic;
    counts.not_transversally_unstable += other.counts.not_transversally_unstable;
    decisions.patterns += other.decisions.patterns;
    decisions.excluded_by_filter += other.decisions.excluded_by_filter;
    decisions.found_by_filter += other.decisions.found_by_filter;
    decisions.by_discs += other.decisions.by_discs;
    decisions.exact += other.decisions.exact;
    index_sum += other.index_sum;
    tied += other.tied;
    singular_patterns += other.singular_patterns;
    continua_found += other.continua_found;
    attracting_continua += other.attracting_continua;
    listing_wanted += other.listing_wanted;
    saddle_planes += other.saddle_planes;
    divergent_planes += other.divergent_planes;
    append(candidates, other.candidates, RecurrenceReport::candidates_kept);
    append(continua, other.continua, max_listed);
    append(equilibria, other.equilibria, max_listed);
}

FaceRecorder::FaceRecorder(const AtlasContext& context, std::uint32_t mask, FreeSetTally& tally)
    : context_(context),
      tally_(tally),
      mask_(mask),
      n_(context.weights.dimension()),
      k_(static_cast<std::size_t>(std::popcount(mask))) {}

void FaceRecorder::found(const FaceVerdict& verdict) {
    ++tally_.decisions.found_by_filter;
    tally_.decisions.by_discs += verdict.by_discs ? 1 : 0;
    record(verdict);
}

void FaceRecorder::decide_exactly(std::uint32_t high) {
    ++tally_.decisions.exact;
    const FaceDecision decision =
        context_.solver.decide(pattern_of_entry({.free = mask_, .high = high}, n_));
    if (const auto* continuum = std::get_if<Continuum>(&decision)) {
        ++tally_.continua_found;
        tally_.attracting_continua += context_.attracting.dimension(continuum->pattern) ? 1 : 0;
        ++tally_.inhabited[k_];
        if (k_ >= 2) {
            add_candidate({.free = mask_, .high = high});
        }
        if (tally_.continua.size() < context_.max_listed) {
            tally_.continua.push_back(*continuum);
        }
    } else if (const auto* found = std::get_if<Equilibrium>(&decision)) {
        const SpectralCounts& all = found->spectrum;
        const SpectralCounts& free = found->free_spectrum;
        record({.high = high,
                .saturated_unstable = all.unstable - free.unstable,
                .saturated_zero = all.neutral - free.neutral,
                .free_unstable = free.unstable,
                .free_neutral = free.neutral,
                .exact = true});
    }
}

void FaceRecorder::record(const FaceVerdict& verdict) {
    const Index unstable = verdict.saturated_unstable + verdict.free_unstable;
    const Index neutral = verdict.saturated_zero + verdict.free_neutral;
    AtlasCounts& counts = tally_.counts;
    ++counts.by_size[k_][static_cast<std::size_t>(unstable)];
    counts.non_hyperbolic += neutral > 0 ? 1 : 0;
    const bool stable = unstable == 0 && neutral == 0;
    counts.stable += stable ? 1 : 0;
    counts.not_transversally_unstable += verdict.saturated_unstable == 0 ? 1 : 0;
    ++tally_.inhabited[k_];
    // A saturated zero on the stable side spoils the sum; the logistic origin is set apart.
    const bool origin = mask_ == 0 && verdict.high == 0 &&
                        context_.solver.system().activation() == Activation::Logistic;
    if (verdict.saturated_unstable == 0 && !origin) {
        if (verdict.saturated_zero > 0) {
            ++tally_.tied;
        } else {
            tally_.index_sum += verdict.free_unstable % 2 == 0 ? 1 : -1;
        }
    }
    const AtlasEntry entry{mask_, verdict.high, static_cast<std::uint8_t>(unstable),
                           static_cast<std::uint8_t>(neutral), verdict.exact};
    if (k_ >= 2) {
        consider_recurrence(verdict, entry);
    }
    if (context_.keep_entries) {
        tally_.entries.push_back(entry);
    }
    if (context_.listing == Listing::All ||
        (context_.listing == Listing::Stable ? stable : k_ > 0)) {
        list(entry);
    }
}

void FaceRecorder::consider_recurrence(const FaceVerdict& verdict, const AtlasEntry& entry) {
    if (k_ == 2) {
        const UnitList free(mask_);
        const double a = context_.weights.rows[free[0]][free[0]];
        const double b = context_.weights.rows[free[1]][free[1]];
        if (verdict.free_unstable == 1) {
            ++tally_.saddle_planes;
            return;
        }
        if (((a >= 0 && b >= 0) || (a <= 0 && b <= 0)) && (a != 0 || b != 0)) {
            ++tally_.divergent_planes;
            return;
        }
    }
    add_candidate(entry);
}

void FaceRecorder::add_candidate(const AtlasEntry& entry) {
    if (tally_.candidates.size() < RecurrenceReport::candidates_kept) {
        tally_.candidates.push_back(entry);
    }
}

void FaceRecorder::list(const AtlasEntry& entry) {
    ++tally_.listing_wanted;
    if (tally_.equilibria.size() >= context_.max_listed) {
        return;
    }
    FaceDecision decision = context_.solver.decide(pattern_of_entry(entry, n_));
    auto* found = std::get_if<Equilibrium>(&decision);
    if (found == nullptr || found->spectrum.unstable != entry.unstable ||
        found->spectrum.neutral != entry.neutral) {
        throw std::logic_error("equilibrium_atlas: the filter and exact arithmetic disagree");
    }
    tally_.equilibria.push_back(std::move(*found));
}

}  // namespace resdyn
