#include <resdyn/interaction/components.hpp>

#include <algorithm>
#include <string>

#include <resdyn/core/error.hpp>

namespace resdyn {

namespace {

/// Tarjan's search over the units that act on a unit, without recursion: the stack of a chain of
/// 10^5 units would be that of the program.
class Search {
  public:
    explicit Search(const Matrix& W)
        : W_(W),
          order_(static_cast<std::size_t>(W.rows()), -1),
          low_(order_.size(), -1),
          on_stack_(order_.size(), false) {
        result_.component_of.assign(order_.size(), -1);
    }

    Components run() {
        for (Index start = 0; start < W_.rows(); ++start) {
            if (order_[at(start)] < 0) {
                explore(start);
            }
        }
        return std::move(result_);
    }

  private:
    struct Frame {
        Index unit;
        Index next;  ///< next unit to look at.
    };

    static std::size_t at(Index i) { return static_cast<std::size_t>(i); }

    void enter(Index unit) {
        order_[at(unit)] = low_[at(unit)] = count_++;
        stack_.push_back(unit);
        on_stack_[at(unit)] = true;
        path_.push_back({unit, 0});
    }

    void explore(Index start) {
        enter(start);
        while (!path_.empty()) {
            Frame& frame = path_.back();
            const Index i = frame.unit;
            if (frame.next < W_.rows()) {
                const Index j = frame.next++;
                if (j == i || W_(i, j) == 0) {
                    continue;
                }
                if (order_[at(j)] < 0) {
                    enter(j);
                } else if (on_stack_[at(j)]) {
                    low_[at(i)] = std::min(low_[at(i)], order_[at(j)]);
                }
                continue;
            }
            if (low_[at(i)] == order_[at(i)]) {
                close(i);
            }
            path_.pop_back();
            if (!path_.empty()) {
                const std::size_t parent = at(path_.back().unit);
                low_[parent] = std::min(low_[parent], low_[at(i)]);
            }
        }
    }

    /// The search walks against the edges, so components close with those that drive them first.
    void close(Index root) {
        std::vector<Index> members;
        Index unit = -1;
        do {
            unit = stack_.back();
            stack_.pop_back();
            on_stack_[at(unit)] = false;
            result_.component_of[at(unit)] = static_cast<Index>(result_.members.size());
            members.push_back(unit);
        } while (unit != root);
        std::sort(members.begin(), members.end());
        result_.members.push_back(std::move(members));
    }

    const Matrix& W_;
    std::vector<Index> order_;
    std::vector<Index> low_;
    std::vector<bool> on_stack_;
    std::vector<Index> stack_;
    std::vector<Frame> path_;
    Index count_ = 0;
    Components result_;
};

}  // namespace

Components strongly_connected_components(const Matrix& W) {
    if (W.rows() != W.cols()) {
        reject_argument("strongly_connected_components", "a square matrix",
                        std::to_string(W.rows()) + "x" + std::to_string(W.cols()));
    }
    Components components = Search(W).run();
    components.is_autonomous.assign(components.members.size(), true);
    for (Index j = 0; j < W.cols(); ++j) {
        for (Index i = 0; i < W.rows(); ++i) {
            const Index to = components.component_of[static_cast<std::size_t>(i)];
            if (W(i, j) != 0 && to != components.component_of[static_cast<std::size_t>(j)]) {
                components.is_autonomous[static_cast<std::size_t>(to)] = false;
            }
        }
    }
    return components;
}

}  // namespace resdyn
