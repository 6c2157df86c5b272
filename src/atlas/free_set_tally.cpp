#include "free_set_tally.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <stdexcept>

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

/// Spectrum of one equilibrium by its two blocks.
struct Verdict {
    std::uint32_t high = 0;
    Index saturated_unstable = 0;
    Index saturated_zero = 0;
    Index free_unstable = 0;
    Index free_neutral = 0;
    bool exact = false;
};

class FreeSetWalk {
  public:
    FreeSetWalk(const AtlasContext& context, std::uint32_t mask, FreeSetTally& tally)
        : context_(context),
          tally_(tally),
          mask_(mask),
          n_(context.weights.dimension()),
          free_(units_of(mask, n_, true)),
          saturated_(units_of(mask, n_, false)),
          k_(free_.size()),
          m_(saturated_.size()),
          mirrored_(context.solver.system().activation() == Activation::Tanh && m_ > 0) {}

    void run() {
        const Index patterns = Index{1} << m_;
        const Index before = tally_.decisions.exact + tally_.decisions.found_by_filter;
        const Index excluded = tally_.decisions.excluded_by_filter;
        tally_.decisions.patterns += patterns;
        if (context_.minors.kind[mask_] == BlockKind::Singular) {
            tally_.singular_patterns += patterns;
            walk_singular();
        } else if (!context_.weights.usable) {
            every_sign([this](std::uint32_t code) { decide_exactly(code); }, m_);
        } else {
            walk_regular();
        }
        tally_.decisions.excluded_by_filter =
            excluded + patterns -
            (tally_.decisions.exact + tally_.decisions.found_by_filter - before);
    }

  private:
    template <typename Found>
    void every_sign(const Found& found, std::size_t units) const {
        for (std::uint64_t code = 0; code < std::uint64_t{1} << units; ++code) {
            found(static_cast<std::uint32_t>(code));
        }
    }

    /// Faces where W_FF y_F = −W_FS y_S may be solvable go to exact arithmetic.
    void walk_singular() {
        const Matrix Q = context_.solver.solvability(free_, saturated_);
        const auto m = static_cast<Index>(m_);
        const Vector room = rounding_gamma(n_ + 5) * bound_slack * Q.cwiseAbs().rowwise().sum() +
                            Vector::Constant(Q.rows(), underflow_cover);
        walk_signs(Q.leftCols(m), Q.col(m), room, room,
                   [this](std::uint32_t code) { decide_exactly(code); });
    }

    void walk_regular() {
        if (context_.minors.kind[mask_] == BlockKind::Exact) {
            set_ = exact_free_set(context_.weights, context_.solver, free_, saturated_);
        } else if (k_ == 0) {
            set_ = free_set(context_.weights, free_, saturated_, nullptr);
        } else {
            const auto block = verified_block(context_.weights, free_);
            set_ = free_set(context_.weights, free_, saturated_, &*block);
        }
        const auto collect = [this](std::uint32_t code) {
            codes_[filled_++] = code;
            if (filled_ == lanes) {
                decide_batch();
            }
        };
        const Vector limit = set_.z_error.array() + 1.0;
        if (k_ == 0) {
            every_sign(collect, mirrored_ ? m_ - 1 : m_);
        } else if (mirrored_) {  // the last saturated unit stays Low: bit m − 1 of no code is set
            const auto rest = static_cast<Index>(m_ - 1);
            walk_signs(set_.B.leftCols(rest), set_.c - set_.B.col(rest), limit, set_.z_error,
                       collect);
        } else {
            walk_signs(set_.B, set_.c, limit, set_.z_error, collect);
        }
        decide_batch();
    }

    /// tanh is odd, so y ↦ −y takes equilibria to equilibria of the same spectrum: where the walk
    /// visits one of each pair, this is the other.
    std::uint32_t mirror(std::uint32_t code) const {
        return ~code & ((std::uint32_t{1} << m_) - 1);
    }

    /// The collected sign vectors: inside or not, signs, inertia; what stays open goes to exact.
    void decide_batch() {
        if (filled_ == 0) {
            return;
        }
        std::vector<Lanes>& x = point_;  // z over the free units, then s over the saturated
        x.resize(k_ + m_);
        for (std::size_t j = 0; j < m_; ++j) {
            for (std::size_t l = 0; l < lanes; ++l) {
                x[k_ + j][l] = (codes_[std::min(l, filled_ - 1)] >> j & 1U) != 0 ? 1.0 : -1.0;
            }
        }
        Lanes closest;   // smallest of 1 − |z| − error: > 0 is inside
        Lanes farthest;  // largest of |z| − error: ≥ 1 is outside
        closest.at.fill(1.0);
        farthest.at.fill(0.0);
        for (std::size_t i = 0; i < k_; ++i) {
            const auto row = static_cast<Index>(i);
            Lanes z;
            z.at.fill(set_.c[row]);
            for (std::size_t j = 0; j < m_; ++j) {
                const double b = set_.B(row, static_cast<Index>(j));
                for (std::size_t l = 0; l < lanes; ++l) {
                    z[l] += b * x[k_ + j][l];
                }
            }
            const double error = set_.z_error[row] * bound_slack + 4.0 * unit_roundoff;
            for (std::size_t l = 0; l < lanes; ++l) {
                closest[l] = std::min(closest[l], 1.0 - std::abs(z[l]) - error);
                farthest[l] = std::max(farthest[l], std::abs(z[l]) - error);
            }
            x[i] = z;
        }
        std::array<Verdict, lanes> verdicts{};
        std::array<bool, lanes> open{};
        decide_saturated(verdicts, open);
        decide_inertia(verdicts, open, closest);
        const std::size_t count = filled_;
        filled_ = 0;
        for (std::size_t l = 0; l < count; ++l) {
            if (farthest[l] >= 1.0 || solves_at_zero(codes_[l])) {
                continue;
            }
            if (!(closest[l] > 0.0) || open[l]) {
                decide_exactly(codes_[l]);
                if (mirrored_) {
                    decide_exactly(mirror(codes_[l]));
                }
            } else {
                record_found(verdicts[l], codes_[l], by_discs_[l]);
                if (mirrored_) {
                    record_found(verdicts[l], mirror(codes_[l]), by_discs_[l]);
                }
            }
        }
    }

    void record_found(Verdict verdict, std::uint32_t code, bool by_discs) {
        verdict.high = high_units(code);
        ++tally_.decisions.found_by_filter;
        tally_.decisions.by_discs += by_discs ? 1 : 0;
        record(verdict);
    }

    void decide_saturated(std::array<Verdict, lanes>& verdicts, std::array<bool, lanes>& open) {
        std::array<int, lanes> unstable{};
        std::array<int, lanes> zero{};
        std::array<int, lanes> unknown{};
        for (std::size_t i = 0; i < m_; ++i) {
            const auto row = static_cast<Index>(i);
            const double error = set_.rate_error[row];
            if (error == 0.0) {  // a row of zeros
                for (std::size_t l = 0; l < lanes; ++l) {
                    ++zero[l];
                }
                continue;
            }
            Lanes rate;
            rate.at.fill(set_.rate_load[row]);
            for (std::size_t j = 0; j < k_ + m_; ++j) {
                const double w = set_.rate_map(row, static_cast<Index>(j));
                for (std::size_t l = 0; l < lanes; ++l) {
                    rate[l] += w * point_[j][l];
                }
            }
            for (std::size_t l = 0; l < lanes; ++l) {
                unstable[l] += rate[l] * point_[k_ + i][l] < 0.0 ? 1 : 0;
                unknown[l] |= std::abs(rate[l]) > error ? 0 : 1;
            }
        }
        for (std::size_t l = 0; l < lanes; ++l) {
            verdicts[l].saturated_unstable = unstable[l];
            verdicts[l].saturated_zero = zero[l];
            open[l] = unknown[l] != 0;
        }
    }

    void decide_inertia(std::array<Verdict, lanes>& verdicts, std::array<bool, lanes>& open,
                        const Lanes& closest) {
        by_discs_.fill(false);
        if (k_ == 0) {
            return;
        }
        if (k_ == 1) {
            const double w = context_.minors.value[mask_];
            for (std::size_t l = 0; l < lanes; ++l) {
                verdicts[l].free_unstable = w > 0.0 ? 1 : 0;
                open[l] = open[l] || w == 0.0;
            }
            return;
        }
        if (!inertia_) {
            inertia_.emplace(context_.minors, free_);
        }
        std::vector<Lanes>& d = gains_;
        d.resize(k_);
        Lanes relative;
        relative.at.fill(0.0);
        for (std::size_t i = 0; i < k_; ++i) {
            // |(1 − z²) − fl((1 − z)(1 + z))| ≤ 2|e| + e² + 3u, relative where it is rounding.
            const double from_z = 2.01 * set_.z_error[static_cast<Index>(i)];
            for (std::size_t l = 0; l < lanes; ++l) {
                const double value = (1.0 - point_[i][l]) * (1.0 + point_[i][l]);
                const double error = (from_z + 4.0 * unit_roundoff * value) * bound_slack;
                const double r = error < 0.5 * value ? error / (value - error) : 1.0;
                relative[l] = std::max(relative[l], r * bound_slack);
                d[i][l] = std::max(value, 0.0);
            }
        }
        const std::array<int, lanes> unstable = inertia_->unstable(d, relative);
        for (std::size_t l = 0; l < lanes; ++l) {
            int count = unstable[l];
            if (count == undecided && l < filled_ && closest[l] > 0.0 && !open[l] && k_ > 2 &&
                relative[l] < 0.25) {
                count = by_discs(l, relative[l]);
                by_discs_[l] = count != undecided;
            }
            open[l] = open[l] || count == undecided;
            verdicts[l].free_unstable = count;
        }
    }

    int by_discs(std::size_t l, double relative) const {
        const auto k = static_cast<Index>(k_);
        Matrix J = context_.weights.W(free_, free_);
        for (Index i = 0; i < k; ++i) {
            J.row(i) *= gains_[static_cast<std::size_t>(i)][l];
        }
        const double share =
            (1.5 * relative + 3.0 * unit_roundoff + 2.0 * context_.weights.entry_error) *
            bound_slack;
        const auto discs =
            spectral_discs(J, share * J.cwiseAbs() + Matrix::Constant(k, k, underflow_cover));
        return discs ? static_cast<int>(discs->unstable) : undecided;
    }

    /// Logistic, no unit High: W_FF y_F = 0 has the one solution y_F = 0, which is not inside.
    bool solves_at_zero(std::uint32_t code) const {
        return k_ > 0 && code == 0 && context_.solver.system().activation() == Activation::Logistic;
    }

    std::uint32_t high_units(std::uint32_t code) const {
        std::uint32_t high = 0;
        for (std::size_t j = 0; j < m_; ++j) {
            high |= (code >> j & 1U) << saturated_[j];
        }
        return high;
    }

    void decide_exactly(std::uint32_t code) {
        ++tally_.decisions.exact;
        const std::uint32_t high = high_units(code);
        const FaceDecision decision =
            context_.solver.decide(pattern_of_entry({.free = mask_, .high = high}, n_));
        if (const auto* continuum = std::get_if<Continuum>(&decision)) {
            ++tally_.continua_found;
            tally_.attracting_continua += context_.attracting.dimension(continuum->pattern) ? 1 : 0;
            ++tally_.inhabited[k_];
            if (k_ >= 2) {
                add_candidate(continuum->pattern);
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

    void record(const Verdict& verdict) {
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

    void consider_recurrence(const Verdict& verdict, const AtlasEntry& entry) {
        if (k_ == 2) {
            const double a = context_.weights.W(free_[0], free_[0]);
            const double b = context_.weights.W(free_[1], free_[1]);
            if (verdict.free_unstable == 1) {
                ++tally_.saddle_planes;
                return;
            }
            if (((a >= 0 && b >= 0) || (a <= 0 && b <= 0)) && (a != 0 || b != 0)) {
                ++tally_.divergent_planes;
                return;
            }
        }
        add_candidate(pattern_of_entry(entry, n_));
    }

    void add_candidate(const Pattern& pattern) {
        if (tally_.candidates.size() < RecurrenceReport::candidates_kept) {
            tally_.candidates.push_back(pattern);
        }
    }

    /// The whole description is exact, and a second opinion on the filter.
    void list(const AtlasEntry& entry) {
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

    const AtlasContext& context_;
    FreeSetTally& tally_;
    std::uint32_t mask_;
    Index n_;
    std::vector<Index> free_;
    std::vector<Index> saturated_;
    std::size_t k_;
    std::size_t m_;
    bool mirrored_;  ///< the regular walk visits one of each pair ±y.
    FreeSet set_;
    std::optional<InertiaFilter> inertia_;
    std::vector<Lanes> point_;
    std::vector<Lanes> gains_;
    std::array<bool, lanes> by_discs_{};
    std::array<std::uint32_t, lanes> codes_{};
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

void tally_free_set(const AtlasContext& context, std::uint32_t mask, FreeSetTally& tally) {
    FreeSetWalk(context, mask, tally).run();
}

}  // namespace resdyn
