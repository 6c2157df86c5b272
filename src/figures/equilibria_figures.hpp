/// @file
/// The figures of a study of equilibria.
#pragma once

#include <vector>

#include <resdyn/studies/equilibria.hpp>

#include "figure.hpp"

namespace resdyn::figures {

/// Those of recurrent motion, where it was looked for; else none.
std::vector<Figure> figures_of(const EquilibriaStudy& study);

}  // namespace resdyn::figures
