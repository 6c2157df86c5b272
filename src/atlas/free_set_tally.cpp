#include "free_set_tally.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "equilibria/free_set.hpp"
#include "work/task_bytes.hpp"

namespace resdyn {

namespace {

void append(std::vector<AtlasEntry>& to, const std::vector<AtlasEntry>& from, std::size_t most) {
    const std::size_t taken = std::min(from.size(), most - std::min(most, to.size()));
    to.insert(to.end(), from.begin(), from.begin() + static_cast<std::ptrdiff_t>(taken));
}

/// Calls visit(member) for the numbers of a tally, in the order in which they are written.
template <typename Tally, typename Visit>
void each_number(Tally& tally, const Visit& visit) {
    visit(tally.counts.stable);
    visit(tally.counts.non_hyperbolic);
    visit(tally.counts.not_transversally_unstable);
    visit(tally.decisions.patterns);
    visit(tally.decisions.excluded_by_filter);
    visit(tally.decisions.found_by_filter);
    visit(tally.decisions.by_discs);
    visit(tally.decisions.exact);
    visit(tally.index_sum);
    visit(tally.tied);
    visit(tally.singular_patterns);
    visit(tally.continua_found);
    visit(tally.attracting_continua);
    visit(tally.listing_wanted);
    visit(tally.saddle_planes);
    visit(tally.divergent_planes);
}

/// Calls visit(list) for the lists of a tally, likewise.
template <typename Tally, typename Visit>
void each_list(Tally& tally, const Visit& visit) {
    visit(tally.candidates);
    visit(tally.continua);
    visit(tally.equilibria);
    visit(tally.entries);
}

/// Entries come set by set: of the free units only the difference is written.
void write(TaskWriter& writer, const std::vector<AtlasEntry>& entries) {
    writer.add(entries.size());
    std::uint32_t before = 0;
    for (const AtlasEntry& entry : entries) {
        writer.add_signed(std::int64_t{entry.free} - std::int64_t{before});
        writer.add(entry.high);
        writer.add(entry.unstable);
        writer.add(2U * entry.neutral + (entry.exact ? 1U : 0U));
        before = entry.free;
    }
}

void read(TaskReader& reader, std::vector<AtlasEntry>& entries) {
    std::uint32_t before = 0;
    for (std::uint64_t left = reader.next(); left > 0; --left) {
        AtlasEntry entry;
        entry.free = before =
            static_cast<std::uint32_t>(std::int64_t{before} + reader.next_signed());
        entry.high = static_cast<std::uint32_t>(reader.next());
        entry.unstable = static_cast<std::uint8_t>(reader.next());
        const std::uint64_t rest = reader.next();
        entry.neutral = static_cast<std::uint8_t>(rest / 2);
        entry.exact = rest % 2 == 1;
        entries.push_back(entry);
    }
}

}  // namespace

FreeSetTally::FreeSetTally(Index n) : inhabited(static_cast<std::size_t>(n + 1), 0) {
    counts.by_size.assign(inhabited.size(), std::vector<Index>(inhabited.size(), 0));
}

FreeSetTally::FreeSetTally(Index n, std::string_view bytes) : FreeSetTally(n) {
    TaskReader reader(bytes);
    each_number(*this, [&](Index& number) { number = reader.next_signed(); });
    reader.next_sparse(inhabited);
    std::vector<Index> table(inhabited.size() * inhabited.size());
    reader.next_sparse(table);
    for (std::size_t k = 0; k < inhabited.size(); ++k) {
        std::copy_n(table.begin() + static_cast<std::ptrdiff_t>(k * inhabited.size()),
                    inhabited.size(), counts.by_size[k].begin());
    }
    each_list(*this, [&](std::vector<AtlasEntry>& list) { read(reader, list); });
    reader.end();
}

std::string FreeSetTally::bytes() const {
    TaskWriter writer;
    each_number(*this, [&](Index number) { writer.add_signed(number); });
    writer.add_sparse(inhabited);
    std::vector<Index> table;
    for (const std::vector<Index>& row : counts.by_size) {
        table.insert(table.end(), row.begin(), row.end());
    }
    writer.add_sparse(table);
    each_list(*this, [&](const std::vector<AtlasEntry>& list) { write(writer, list); });
    return writer.take();
}

void FreeSetTally::add(const FreeSetTally& other, std::size_t max_listed) {
    for (std::size_t k = 0; k < inhabited.size(); ++k) {
        inhabited[k] += other.inhabited[k];
        for (std::size_t u = 0; u < inhabited.size(); ++u) {
            counts.by_size[k][u] += other.counts.by_size[k][u];
        }
    }
    std::vector<Index> numbers;
    each_number(other, [&](Index number) { numbers.push_back(number); });
    auto next = numbers.begin();
    each_number(*this, [&](Index& number) { number += *next++; });
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
    if (!faces_) {
        faces_.emplace(context_.exact, units_of(mask_, n_, true));
    }
    FaceDecision decision = faces_->decide(pattern_of_entry({.free = mask_, .high = high}, n_));
    if (const auto* continuum = std::get_if<Continuum>(&decision)) {
        ++tally_.continua_found;
        tally_.attracting_continua += faces_->attracts(continuum->pattern) ? 1 : 0;
        ++tally_.inhabited[k_];
        if (k_ >= 2) {
            add_candidate({.free = mask_, .high = high});
        }
        if (tally_.continua.size() < context_.max_listed) {
            tally_.continua.push_back({.free = mask_, .high = high});
            context_.kept.put(mask_, high, std::move(decision));
        }
    } else if (const auto* found = std::get_if<Equilibrium>(&decision)) {
        const SpectralCounts& all = found->spectrum;
        const SpectralCounts& free = found->free_spectrum;
        const std::size_t before = tally_.equilibria.size();
        record({.high = high,
                .saturated_unstable = all.unstable - free.unstable,
                .saturated_zero = all.neutral - free.neutral,
                .free_unstable = free.unstable,
                .free_neutral = free.neutral,
                .exact = true});
        if (tally_.equilibria.size() > before) {
            context_.kept.put(mask_, high, std::move(decision));
        }
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
        ++tally_.listing_wanted;
        if (tally_.equilibria.size() < context_.max_listed) {
            tally_.equilibria.push_back(entry);
        }
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

}  // namespace resdyn
