#include <algorithm>

#include "cycle_figures.hpp"
#include "figures.hpp"
#include "layerwise_figures.hpp"
#include "unit_figures.hpp"

namespace resdyn::figures {

namespace {

constexpr Index smallest_rank_figure = 3;  ///< fewer singular values are read in the table.
constexpr Index smallest_resting_map = 4;  ///< likewise for steady residuals.
constexpr Index largest_unit_graph = 32;   ///< units that a graph can name.
constexpr Index largest_unit_map = 64;     ///< units whose effects can be told apart.

void append(std::vector<Figure>& figures, std::vector<Figure> more) {
    figures.insert(figures.end(), more.begin(), more.end());
}

/// What the network does; pictures of fields where the data are images.
std::vector<Figure> behaviour_figures(const Behaviour& behaviour, const Matrix& W,
                                      const Dataset& data, Index depth) {
    const ImageShape shape{data.image_rows, data.image_cols};
    const UnitFields& units = behaviour.units;
    const bool images = shape.rows > 1 && shape.rows * shape.cols == units.receptive.cols();
    std::vector<Figure> figures;
    if (behaviour.beyond) {
        figures.push_back(long_run_figure(*behaviour.beyond, depth));
    }
    if (!behaviour.stories.empty()) {
        figures.push_back(story_figure(behaviour.stories.front(), "typical", shape));
        figures.back().caption.insert(
            0,
            "Of the inputs followed, the one of median lead (logit of the right class less the "
            "best other). ");
    }
    // Fields of units are those of one block, effects too.
    const bool one_block = W.size() > 0;
    if (one_block && images && units.projective.rows() == units.receptive.cols()) {
        figures.push_back(unit_sheet_figure(units, shape, shape));
    }
    if (W.rows() >= 3 && W.rows() <= largest_unit_graph) {
        figures.push_back(unit_graph_figure(W));
    }
    if (one_block && units.effect.size() > 0 && W.rows() <= largest_unit_map) {
        figures.push_back(unit_effect_figure(units));
    }
    figures.push_back(class_residual_figure(behaviour.classes, units.order));
    if (behaviour.stories.size() > 1) {
        figures.push_back(story_figure(behaviour.stories.back(), "closest", shape));
        figures.back().caption.insert(
            0,
            "Of the inputs followed, the one whose lead over the best other class is nearest to "
            "zero. ");
    }
    return figures;
}

}  // namespace

std::vector<Figure> analysis_figures(const Analysis& analysis, const Matrix& W,
                                     const Dataset* data) {
    std::vector<Figure> figures;
    if (analysis.behaviour && data != nullptr) {
        append(figures, behaviour_figures(*analysis.behaviour, W, *data, analysis.system.depth));
    }
    if (analysis.layerwise) {
        append(figures,
               layerwise_figures(*analysis.layerwise, {data != nullptr ? data->image_rows : 0,
                                                       data != nullptr ? data->image_cols : 0}));
    }
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
            if (analysis.fidelity && analysis.fidelity->refinements.front().agreement) {
                figures.push_back(refinement_figure(*analysis.fidelity));
            }
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
    if (analysis.cycles) {
        append(figures, figures_of(*analysis.cycles));
    }
    if (!analysis.layerwise) {
        append(figures,
               interaction_figures(analysis.interaction, W, data != nullptr ? data->image_rows : 0,
                                   data != nullptr ? data->image_cols : 0));
    }
    if (analysis.evidence && !analysis.evidence->accuracy_by_layer.empty()) {
        figures.push_back(accuracy_figure(*analysis.evidence));
        figures.push_back(evidence_figure(*analysis.evidence));
    }
    if (analysis.decision_map) {
        append(figures, decision_map_figures(*analysis.decision_map));
    }
    if (!analysis.record.empty()) {
        figures.push_back(training_figure(analysis.record));
    }
    return figures;
}

}  // namespace resdyn::figures
