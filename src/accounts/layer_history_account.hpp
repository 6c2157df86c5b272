/// @file
/// What the equilibria of the frozen layers say (`resdyn equilibria --layers`).
#pragma once

#include <resdyn/studies/layer_history.hpp>

#include "account.hpp"

namespace resdyn {

Account account_of(const LayerHistory& study);

}  // namespace resdyn
