#include "equilibria_figures.hpp"

#include "figures.hpp"

namespace resdyn::figures {

std::vector<Figure> figures_of(const EquilibriaStudy& study) {
    return study.recurrence ? recurrence_figures(*study.recurrence) : std::vector<Figure>();
}

}  // namespace resdyn::figures
