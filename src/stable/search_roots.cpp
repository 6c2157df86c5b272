// The nodes that a search begins with: together they cover every pattern, by symmetry where there
// is one.
#include <limits>

#include "face_relaxation.hpp"

namespace resdyn {

std::vector<SearchNode> FaceRelaxation::roots() const {
    const auto rows = static_cast<std::size_t>(stride_);
    SearchNode root;
    root.states.assign(static_cast<std::size_t>(n_), only_low | only_high);
    root.undecided = n_;
    root.load = constant_;
    root.slack = total_;
    root.point.assign(rows, 0.0F);
    if (rules_.links) {
        const auto units = static_cast<std::size_t>(n_);
        root.most.assign(units, std::numeric_limits<double>::infinity());
        root.least.assign(units, -std::numeric_limits<double>::infinity());
        root.basis.assign(3 * units, DenseSimplex::Place::Basic);
        for (std::size_t k = 0; k < units; ++k) {
            root.basis[k] = DenseSimplex::Place::AtLower;
        }
    }
    if (rules_.faces) {
        for (StateSet& states : root.states) {
            states |= only_free;
        }
        RelaxationScratch unnoted;
        if (!restrict_by_trace(root, unnoted)) {
            return {};
        }
    }
    std::vector<SearchNode> nodes;
    if (symmetric_cube_) {
        // Of a pattern and its mirror image one has High at the first unit that is not Free.
        for (Index i = 0; i < n_; ++i) {
            nodes.push_back(child(root, i, only_high));
            nodes.back().mirrored = true;
            if ((root.states[static_cast<std::size_t>(i)] & only_free) == 0) {
                return nodes;
            }
            root = child(root, i, only_free);
        }
        nodes.push_back(root);
        return nodes;
    }
    if (!rules_.faces) {
        return {root};
    }
    // Levels 0 and 1: without a High unit the free values solve W_FF y_F = 0, so that the origin
    // alone is isolated, and the relaxation, which has it in every closed face, excludes nothing.
    // All other patterns have a first High unit.
    for (Index i = 0; i < n_; ++i) {
        nodes.push_back(child(root, i, only_high));
        root = child(root, i, only_low | only_free);
    }
    for (Index i = 0; i < n_; ++i) {
        root = child(root, i, only_low);
    }
    nodes.push_back(root);
    return nodes;
}

}  // namespace resdyn
