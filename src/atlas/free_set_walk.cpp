#include "free_set_walk.hpp"

#include <bit>
#include <optional>
#include <span>
#include <utility>

#include "face_batch.hpp"
#include "pivot_table.hpp"
#include "scratch_pool.hpp"
#include "sign_walk.hpp"

namespace resdyn {

namespace {

/// One set of free units after another: its faces counted.
class FreeSetWalk {
  public:
    explicit FreeSetWalk(const AtlasContext& context)
        : context_(context),
          n_(context.weights.dimension()),
          all_(all_units(n_)),
          is_tanh_(context.solver.system().activation() == Activation::Tanh),
          tables_(context.weights),
          batch_(context.weights, context.minors) {}

    /// The faces of a set on which the units of `held` are High where `high` says so, else Low.
    void run(std::uint32_t mask, std::uint32_t held, std::uint32_t high, FreeSetTally& tally) {
        recorder_.emplace(context_, mask, tally);
        mask_ = mask;
        saturated_ = all_ & ~mask;
        held_ = held;
        held_high_ = high;
        k_ = static_cast<std::size_t>(std::popcount(mask));
        mirrored_ = false;
        const Index patterns = Index{1} << std::popcount(saturated_ & ~held);
        AtlasDecisions& decisions = tally.decisions;
        const Index before = decisions.exact + decisions.found_by_filter;
        const Index excluded = decisions.excluded_by_filter;
        decisions.patterns += patterns;
        if (kind() == BlockKind::Singular) {
            tally.singular_patterns += patterns;
            walk_singular();
        } else if (!context_.weights.usable) {
            every_sign(saturated_ & ~held_, [this](std::uint32_t signs) {
                recorder_->decide_exactly(signs | held_high_);
            });
        } else {
            walk_regular();
        }
        decisions.excluded_by_filter =
            excluded + patterns - (decisions.exact + decisions.found_by_filter - before);
    }

  private:
    BlockKind kind() {
        if (context_.minors.holds(mask_)) {
            return context_.minors.kind(mask_);
        }
        return minor_of(mask_, context_.weights.usable ? &tables_.of(mask_) : nullptr,
                        context_.weights, context_.solver)
            .kind;
    }

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
        walk_.begin(saturated_ & ~held_);
        for (Index i = 0; i < Q.rows(); ++i) {
            UnitRow row;
            double c = Q(i, m);
            for (Index j = 0; j < m; ++j) {
                const std::size_t unit = columns[static_cast<std::size_t>(j)];
                row[unit] = Q(i, j);
                c += held_side(unit) * Q(i, j);
            }
            walk_.add_row(row, c, room[i]);
        }
        walk_.run([&](std::span<const std::uint32_t> some) {
            for (const std::uint32_t signs : some) {
                const std::uint32_t high = signs | held_high_;
                Vector sum = Q.col(m);
                for (Index j = 0; j < m; ++j) {
                    const bool is_high = (high >> columns[static_cast<std::size_t>(j)] & 1U) != 0;
                    sum += (is_high ? 1.0 : -1.0) * Q.col(j);
                }
                if ((sum.cwiseAbs().array() <= 2.0 * room.array()).all()) {
                    recorder_->decide_exactly(high);
                }
            }
        });
    }

    /// 1 and −1 for units that are held at High and Low, 0 for others.
    double held_side(std::size_t unit) const {
        return (held_ >> unit & 1U) == 0 ? 0.0 : (held_high_ >> unit & 1U) != 0 ? 1.0 : -1.0;
    }

    void walk_regular() {
        const PivotTable& table = tables_.of(mask_);
        const bool is_exact = kind() == BlockKind::Exact || !table.verified;
        if (is_exact) {
            exact_set_ = exact_free_set(context_.weights, context_.solver, mask_);
        }
        const FreeSet& set = is_exact ? exact_set_ : table.set;
        batch_.begin(set);
        // tanh is odd, so y ↦ −y takes equilibria to equilibria of the same spectrum: the walk
        // visits the one of each pair that has the last saturated unit at Low.
        mirrored_ = is_tanh_ && saturated_ != 0;
        const std::uint32_t walked =
            (mirrored_ ? saturated_ & ~std::bit_floor(saturated_) : saturated_) & ~held_;
        filled_ = 0;
        if (k_ == 0) {
            every_sign(walked, [this](std::uint32_t signs) { collect(signs | held_high_); });
        } else {
            begin_walk(set, walked);
            walk_.run([this](std::span<const std::uint32_t> some) {
                for (const std::uint32_t signs : some) {
                    collect(signs | held_high_);
                }
            });
        }
        decide_batch();
    }

    /// low < y < 1 with y = B y_S, in units of half the width of the levels about their middle:
    /// |B s + c| < 1, s = ±1 at High and Low.
    void begin_walk(const FreeSet& set, std::uint32_t walked) {
        walk_.begin(walked);
        const std::uint32_t held = saturated_ & ~walked;  // by the part, and by the mirror at Low
        const double low = context_.weights.low;
        const double middle = (1.0 + low) / (1.0 - low);
        for (const std::size_t i : UnitList(set.mask)) {
            double sum = 0.0;
            for (const std::size_t j : UnitList(saturated_)) {
                sum += set.B[i][j];
            }
            double c = middle * (sum - 1.0);
            for (const std::size_t j : UnitList(held)) {
                c += (held_high_ >> j & 1U) != 0 ? set.B[i][j] : -set.B[i][j];
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
            FaceVerdict mirror = verdict;
            mirror.high = saturated_ & ~verdict.high;
            if (verdict.place == FaceVerdict::Place::Inside) {
                recorder_->found(verdict);
                if (mirrored_) {
                    recorder_->found(mirror);
                }
            } else if (verdict.place == FaceVerdict::Place::Open) {
                recorder_->decide_exactly(verdict.high);
                if (mirrored_) {
                    recorder_->decide_exactly(mirror.high);
                }
            }
        }
    }

    const AtlasContext& context_;
    Index n_;
    std::uint32_t all_;
    bool is_tanh_;
    PivotTables tables_;
    FaceBatch batch_;
    SignWalk walk_;
    FreeSet exact_set_;
    std::optional<FaceRecorder> recorder_;
    std::uint32_t mask_ = 0;
    std::uint32_t saturated_ = 0;
    std::uint32_t held_ = 0;
    std::uint32_t held_high_ = 0;
    std::size_t k_ = 0;
    bool mirrored_ = false;
    std::array<std::uint32_t, lanes> high_{};
    std::size_t filled_ = 0;
};

}  // namespace

struct FreeSetWalks::Pool : ScratchPool<FreeSetWalk> {};

FreeSetWalks::FreeSetWalks(const AtlasContext& context)
    : context_(context), pool_(std::make_unique<Pool>()) {}

FreeSetWalks::~FreeSetWalks() = default;

void FreeSetWalks::add(const AtlasPart& part, FreeSetTally& tally) {
    pool_->with([this] { return std::make_unique<FreeSetWalk>(context_); },
                [&](FreeSetWalk& walk) {
                    for (std::uint32_t k = 0; k < part.sets; ++k) {
                        walk.run(part.first + k, part.held, part.high, tally);
                    }
                });
}

}  // namespace resdyn
