/// @file
/// Bounds on how far one class leads the others, V x_0 + c + V A q, from bounds on q.
#pragma once

#include <optional>
#include <vector>

#include <resdyn/model/residual_network.hpp>
#include <resdyn/numerics/interval.hpp>

namespace resdyn {

class DecisionBounds {
  public:
    /// The read-out of `network` and the start x_0, with their rounding.
    DecisionBounds(const ResidualNetwork& network, const Vector& x0);

    Index classes() const { return VA_.rows(); }
    /// Of class `a` over class `b`, for every q within `radius` of `q`.
    Interval lead(int a, int b, const Vector& q, const Vector& radius) const;
    /// Of V A y alone, for y in a box.
    Interval evidence_lead(int a, int b, const std::vector<Interval>& y) const;
    /// The class that leads every other for every such q; −1 if none is proved to.
    int leader(const Vector& q, const Vector& radius) const;
    bool leads(int one, const Vector& q, const Vector& radius) const;
    /// Some other class is ahead of `one` for every such q.
    bool is_overtaken(int one, const Vector& q, const Vector& radius) const;
    /// The class favoured over all others by every y in the box; −1 if none is.
    int favoured(const std::vector<Interval>& y) const;

  private:
    Vector start_;  ///< V x_0 + c.
    Vector start_error_;
    Matrix VA_;
    Matrix VA_error_;
};

}  // namespace resdyn
