#include "sign_walk.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

namespace resdyn {

namespace {

constexpr Index inner_units = 4;  // decided sixteen sign vectors at a time
constexpr std::size_t block = std::size_t{1} << inner_units;
using Block = std::array<double, block>;

class Walk {
  public:
    Walk(const Matrix& B, const Vector& c, const Vector& limit, const Vector& slack,
         const std::function<void(std::uint32_t)>& found)
        : k_(B.rows()), limit_(limit), found_(found), order_(static_cast<std::size_t>(B.cols())) {
        // The columns that move most first: bounds bite early. The small ones are left to the end.
        std::iota(order_.begin(), order_.end(), Index{0});
        const Vector reach = B.cwiseAbs().colwise().maxCoeff();
        std::stable_sort(order_.begin(), order_.end(),
                         [&](Index a, Index b) { return reach[a] > reach[b]; });
        B_ = B(Eigen::all, order_);
        const Index m = B.cols();
        outer_ = std::max<Index>(0, m - inner_units);
        inner_ = m - outer_;
        // What the columns from t on can still change, and the pruning limit.
        rest_ = Matrix::Zero(k_, outer_ + 1);
        rest_.col(outer_) = B_.rightCols(inner_).cwiseAbs().rowwise().sum();
        for (Index t = outer_ - 1; t >= 0; --t) {
            rest_.col(t) = rest_.col(t + 1) + B_.col(t).cwiseAbs();
        }
        for (Index t = 0; t <= outer_; ++t) {
            rest_.col(t) += limit + slack;
        }
        sums_ = Matrix::Zero(k_, outer_ + 1);
        sums_.col(0) = c;
        table_.resize(static_cast<std::size_t>(k_));
        for (Index i = 0; i < k_; ++i) {
            for (std::size_t code = 0; code < block; ++code) {
                double sum = 0.0;
                for (Index j = 0; j < inner_; ++j) {
                    sum += (code >> j & 1U) != 0 ? B_(i, outer_ + j) : -B_(i, outer_ + j);
                }
                table_[static_cast<std::size_t>(i)][code] = sum;
            }
        }
    }

    void run() { descend(0, 0); }

  private:
    void descend(Index t, std::uint32_t code) {
        for (Index i = 0; i < k_; ++i) {
            if (std::abs(sums_(i, t)) > rest_(i, t)) {
                return;
            }
        }
        if (t == outer_) {
            leaf(code);
            return;
        }
        sums_.col(t + 1) = sums_.col(t) - B_.col(t);
        descend(t + 1, code);
        sums_.col(t + 1) = sums_.col(t) + B_.col(t);
        descend(t + 1, code | std::uint32_t{1} << order_[static_cast<std::size_t>(t)]);
    }

    void leaf(std::uint32_t code) {
        Block room;
        room.fill(1.0);
        for (Index i = 0; i < k_; ++i) {
            const Block& table = table_[static_cast<std::size_t>(i)];
            const double sum = sums_(i, outer_);
            const double limit = limit_[i];
            for (std::size_t l = 0; l < block; ++l) {
                room[l] = std::min(room[l], limit - std::abs(sum + table[l]));
            }
        }
        const std::size_t used = std::size_t{1} << inner_;
        for (std::size_t l = 0; l < used; ++l) {
            if (room[l] >= 0.0) {
                std::uint32_t whole = code;
                for (Index j = 0; j < inner_; ++j) {
                    if ((l >> j & 1U) != 0) {
                        whole |= std::uint32_t{1} << order_[static_cast<std::size_t>(outer_ + j)];
                    }
                }
                found_(whole);
            }
        }
    }

    Index k_;
    const Vector& limit_;
    const std::function<void(std::uint32_t)>& found_;
    std::vector<Index> order_;
    Matrix B_;
    Matrix rest_;
    Matrix sums_;
    Index outer_ = 0;
    Index inner_ = 0;
    std::vector<Block> table_;
};

}  // namespace

void walk_signs(const Matrix& B, const Vector& c, const Vector& limit, const Vector& slack,
                const std::function<void(std::uint32_t)>& found) {
    Walk(B, c, limit, slack, found).run();
}

}  // namespace resdyn
