#include "free_set_tally.hpp"

#include <algorithm>
#include <bit>
#include <iterator>
#include <span>
#include <stdexcept>
#include <utility>

#include "face_batch.hpp"
#include "pivot_table.hpp"
#include "scratch_pool.hpp"
#include "sign_walk.hpp"

namespace resdyn {

namespace {

template <typename T>
void append(std::vector<T>& to, std::vector<T>& from, std::size_t most) {
    const std::size_t taken = std::min(from.size(), most - std::min(most, to.size()));
    to.insert(to.end(), std::make_move_iterator(from.begin()),
              std::make_move_iterator(from.begin() + static_cast<std::ptrdiff_t>(taken)));
}

/// One set of free units after another: its faces counted.
class FreeSetWalk {
  public:
    explicit FreeSetWalk(const AtlasContext& context)
        : context_(context),
          n_(context.weights.dimension()),
          all_((std::uint32_t{1} << n_) - 1),
          is_tanh_(context.solver.system().activation() == Activation::Tanh),
          tables_(context.weights),
          batch_(context.weights, context.minors) {}

    void run(std::uint32_t mask, FreeSetTally& tally) {
        tally_ = &tally;
        mask_ = mask;
        saturated_ = all_ & ~mask;
        k_ = static_cast<std::size_t>(std::popcount(mask));
        mirrored_ = false;
        const Index patterns = Index{1} << std::popcount(saturated_);
        AtlasDecisions& decisions = tally.decisions;
        const Index before = decisions.exact + decisions.found_by_filter;
        const Index excluded = decisions.excluded_by_filter;
        decisions.patterns += patterns;
        if (context_.minors.kind[mask_] == BlockKind::Singular) {
            tally.singular_patterns += patterns;
            walk_singular();
        } else if (!context_.weights.usable) {
            every_sign(saturated_, [this](std::uint32_t high) { decide_exactly(high); });
        } else {
            walk_regular();
        }
        decisions.excluded_by_filter =
            excluded + patterns - (decisions.exact + decisions.found_by_filter - before);
    }

  private:
    template <typename Found>
    static void every_sign(std::uint32_t units, const Found& found) {
        std::uint32_t high = 0;
        do {
            found(high);
            high = (high - units) & units;
        } while (high != 0);
    }

    /// Faces where W_FF y_F = −W_FS y_S may be solvable go to exact arithmetic.
    void walk_singular() {
        const Matrix Q =
            context_.solver.solvability(units_of(mask_, n_, true), units_of(mask_, n_, false));
        const UnitList columns(saturated_);
        const auto m = static_cast<Index>(columns.count);
        const Vector room = rounding_gamma(n_ + 5) * bound_slack * Q.cwiseAbs().rowwise().sum() +
                            Vector::Constant(Q.rows(), underflow_cover);
        walk_.begin(saturated_);
        for (Index i = 0; i < Q.rows(); ++i) {
            UnitRow row;
            for (Index j = 0; j < m; ++j) {
                row[columns[static_cast<std::size_t>(j)]] = Q(i, j);
            }
            walk_.add_row(row, Q(i, m), room[i]);
        }
        walk_.run([&](std::span<const std::uint32_t> some) {
            for (const std::uint32_t high : some) {
                Vector sum = Q.col(m);
                for (Index j = 0; j < m; ++j) {
                    const bool is_high = (high >> columns[static_cast<std::size_t>(j)] & 1U) != 0;
                    sum += (is_high ? 1.0 : -1.0) * Q.col(j);
                }
                if ((sum.cwiseAbs().array() <= 2.0 * room.array()).all()) {
                    decide_exactly(high);
                }
            }
        });
    }

    void walk_regular() {
        const PivotTable& table = tables_.of(mask_);
        const bool is_exact = context_.minors.kind[mask_] == BlockKind::Exact || !table.verified;
        if (is_exact) {
            exact_set_ = exact_free_set(context_.weights, context_.solver, mask_);
        }
        const FreeSet& set = is_exact ? exact_set_ : table.set;
        batch_.begin(set);
        // tanh is odd, so y ↦ −y takes equilibria to equilibria of the same spectrum: the walk
        // visits the one of each pair that has the last saturated unit at Low.
        mirrored_ = is_tanh_ && saturated_ != 0;
        const std::uint32_t walked =
            mirrored_ ? saturated_ & ~std::bit_floor(saturated_) : saturated_;
        filled_ = 0;
        if (k_ == 0) {
            every_sign(walked, [this](std::uint32_t high) { collect(high); });
        } else {
            begin_walk(set, walked);
            walk_.run([this](std::span<const std::uint32_t> some) {
                for (const std::uint32_t high : some) {
                    collect(high);
                }
            });
        }
        decide_batch();
    }

    /// low < y < 1 with y = B y_S, in units of half the width of the levels about their middle:
    /// |B s + c| < 1, s = ±1 at High and Low.
    void begin_walk(const FreeSet& set, std::uint32_t walked) {
        walk_.begin(walked);
        const std::uint32_t held = saturated_ & ~walked;
        const double low = context_.weights.low;
        const double middle = (1.0 + low) / (1.0 - low);
        for (const std::size_t i : UnitList(set.mask)) {
            double sum = 0.0;
            for (const std::size_t j : UnitList(saturated_)) {
                sum += set.B[i][j];
            }
            double c = middle * (sum - 1.0);
            for (const std::size_t j : UnitList(held)) {
                c -= set.B[i][j];
            }
            const double error = (2.0 * set.error[i] + 0x1p-40 * set.reach[i]) * bound_slack;
            walk_.add_row(set.B[i], c, 1.0 + error);
        }
    }

    void collect(std::uint32_t high) {
        // Logistic, no unit High: W_FF y_F = 0 has the one solution y_F = 0, which is not inside.
        if (!is_tanh_ && high == 0 && k_ > 0) {
            return;
        }
        high_[filled_++] = high;
        if (filled_ == lanes) {
            decide_batch();
        }
    }

    void decide_batch() {
        if (filled_ == 0) {
            return;
        }
        const std::size_t count = std::exchange(filled_, 0);
        for (const FaceVerdict& verdict : batch_.decide(std::span(high_.data(), count))) {
            const std::uint32_t mirror = saturated_ & ~verdict.high;
            if (verdict.place == FaceVerdict::Place::Inside) {
                record_found(verdict, verdict.high);
                if (mirrored_) {
                    record_found(verdict, mirror);
                }
            } else if (verdict.place == FaceVerdict::Place::Open) {
                decide_exactly(verdict.high);
                if (mirrored_) {
                    decide_exactly(mirror);
                }
            }
        }
    }

    void record_found(FaceVerdict verdict, std::uint32_t high) {
        verdict.high = high;
        ++tally_->decisions.found_by_filter;
        tally_->decisions.by_discs += verdict.by_discs ? 1 : 0;
        record(verdict);
    }

    void decide_exactly(std::uint32_t high) {
        ++tally_->decisions.exact;
        const FaceDecision decision =
            context_.solver.decide(pattern_of_entry({.free = mask_, .high = high}, n_));
        if (const auto* continuum = std::get_if<Continuum>(&decision)) {
            ++tally_->continua_found;
            tally_->attracting_continua +=
                context_.attracting.dimension(continuum->pattern) ? 1 : 0;
            ++tally_->inhabited[k_];
            if (k_ >= 2) {
                add_candidate({.free = mask_, .high = high});
            }
            if (tally_->continua.size() < context_.max_listed) {
                tally_->continua.push_back(*continuum);
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

    void record(const FaceVerdict& verdict) {
        const Index unstable = verdict.saturated_unstable + verdict.free_unstable;
        const Index neutral = verdict.saturated_zero + verdict.free_neutral;
        AtlasCounts& counts = tally_->counts;
        ++counts.by_size[k_][static_cast<std::size_t>(unstable)];
        counts.non_hyperbolic += neutral > 0 ? 1 : 0;
        const bool stable = unstable == 0 && neutral == 0;
        counts.stable += stable ? 1 : 0;
        counts.not_transversally_unstable += verdict.saturated_unstable == 0 ? 1 : 0;
        ++tally_->inhabited[k_];
        // A saturated zero on the stable side spoils the sum; the logistic origin is set apart.
        const bool origin = mask_ == 0 && verdict.high == 0 &&
                            context_.solver.system().activation() == Activation::Logistic;
        if (verdict.saturated_unstable == 0 && !origin) {
            if (verdict.saturated_zero > 0) {
                ++tally_->tied;
            } else {
                tally_->index_sum += verdict.free_unstable % 2 == 0 ? 1 : -1;
            }
        }
        const AtlasEntry entry{mask_, verdict.high, static_cast<std::uint8_t>(unstable),
                               static_cast<std::uint8_t>(neutral), verdict.exact};
        if (k_ >= 2) {
            consider_recurrence(verdict, entry);
        }
        if (context_.keep_entries) {
            tally_->entries.push_back(entry);
        }
        if (context_.listing == Listing::All ||
            (context_.listing == Listing::Stable ? stable : k_ > 0)) {
            list(entry);
        }
    }

    void consider_recurrence(const FaceVerdict& verdict, const AtlasEntry& entry) {
        if (k_ == 2) {
            const UnitList free(mask_);
            const double a = context_.weights.rows[free[0]][free[0]];
            const double b = context_.weights.rows[free[1]][free[1]];
            if (verdict.free_unstable == 1) {
                ++tally_->saddle_planes;
                return;
            }
            if (((a >= 0 && b >= 0) || (a <= 0 && b <= 0)) && (a != 0 || b != 0)) {
                ++tally_->divergent_planes;
                return;
            }
        }
        add_candidate(entry);
    }

    void add_candidate(const AtlasEntry& entry) {
        if (tally_->candidates.size() < RecurrenceReport::candidates_kept) {
            tally_->candidates.push_back(entry);
        }
    }

    /// The whole description is exact, and a second opinion on the filter.
    void list(const AtlasEntry& entry) {
        ++tally_->listing_wanted;
        if (tally_->equilibria.size() >= context_.max_listed) {
            return;
        }
        FaceDecision decision = context_.solver.decide(pattern_of_entry(entry, n_));
        auto* found = std::get_if<Equilibrium>(&decision);
        if (found == nullptr || found->spectrum.unstable != entry.unstable ||
            found->spectrum.neutral != entry.neutral) {
            throw std::logic_error("equilibrium_atlas: the filter and exact arithmetic disagree");
        }
        tally_->equilibria.push_back(std::move(*found));
    }

    const AtlasContext& context_;
    Index n_;
    std::uint32_t all_;
    bool is_tanh_;
    PivotTables tables_;
    FaceBatch batch_;
    SignWalk walk_;
    FreeSet exact_set_;
    FreeSetTally* tally_ = nullptr;
    std::uint32_t mask_ = 0;
    std::uint32_t saturated_ = 0;
    std::size_t k_ = 0;
    bool mirrored_ = false;
    std::array<std::uint32_t, lanes> high_{};
    std::size_t filled_ = 0;
};

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

struct FreeSetTallies::Walks : ScratchPool<FreeSetWalk> {};

FreeSetTallies::FreeSetTallies(const AtlasContext& context)
    : context_(context), walks_(std::make_unique<Walks>()) {}

FreeSetTallies::~FreeSetTallies() = default;

void FreeSetTallies::add(std::uint32_t first, std::uint32_t count, FreeSetTally& tally) {
    walks_->with([this] { return std::make_unique<FreeSetWalk>(context_); },
                 [&](FreeSetWalk& walk) {
                     for (std::uint32_t mask = first; mask < first + count; ++mask) {
                         walk.run(mask, tally);
                     }
                 });
}

}  // namespace resdyn
