#include <algorithm>

#include "figures.hpp"

namespace resdyn::plots {

namespace {

constexpr Index smallest_rank_figure = 3;  ///< fewer singular values are read in the table.
constexpr Index smallest_resting_map = 4;  ///< likewise for steady residuals.

void append(std::vector<Figure>& figures, std::vector<Figure> more) {
    figures.insert(figures.end(), more.begin(), more.end());
}

}  // namespace

std::vector<Figure> analysis_figures(const Analysis& analysis, const Matrix& W,
                                     const Dataset* data) {
    std::vector<Figure> figures;
    if (analysis.portrait) {
        figures.push_back(portrait_figure(*analysis.portrait));
    }
    if (analysis.system.rank.singular_values.size() >= smallest_rank_figure) {
        figures.push_back(singular_value_figure(analysis.system.rank));
    }
    if (analysis.discretisation) {
        const std::vector<Outcome>& outcomes = analysis.discretisation->outcomes;
        if (std::find(outcomes.begin(), outcomes.end(), Outcome::ReachedEnd) != outcomes.end()) {
            figures.push_back(distance_figure(*analysis.discretisation));
            figures.push_back(convergence_figure(*analysis.discretisation));
        }
    }
    if (analysis.settled && data != nullptr) {
        figures.push_back(group_figure(*analysis.settled, analysis.group_classes,
                                       analysis.settled_labels, data->classes));
        if (!analysis.settled->groups.empty() &&
            analysis.system.hidden_width >= smallest_resting_map) {
            figures.push_back(resting_figure(*analysis.settled, analysis.system.range,
                                             data->image_rows, data->image_cols));
        }
    }
    if (analysis.atlas) {
        append(figures, spectrum_figures(analysis.atlas->equilibria));
    } else if (analysis.settled) {
        std::vector<Equilibrium> equilibria;
        for (const SettledGroup& group : analysis.settled->groups) {
            equilibria.push_back(group.equilibrium);
        }
        append(figures, spectrum_figures(equilibria));
    }
    if (analysis.recurrence) {
        append(figures, recurrence_figures(*analysis.recurrence));
    }
    append(figures,
           interaction_figures(analysis.interaction, W, data != nullptr ? data->image_rows : 0,
                               data != nullptr ? data->image_cols : 0));
    if (analysis.evidence && !analysis.evidence->accuracy_by_layer.empty()) {
        figures.push_back(accuracy_figure(*analysis.evidence));
        figures.push_back(evidence_figure(*analysis.evidence));
    }
    if (!analysis.record.empty()) {
        figures.push_back(training_figure(analysis.record));
    }
    return figures;
}

}  // namespace resdyn::plots
