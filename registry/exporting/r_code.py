"""The lines of R that come to our figures for two subjects in one stratum, by metafor where it has the method."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from registry.pooling.counts import Pair
from registry.pooling.measures import MEASURES
from registry.pooling.method import CORRECTED, Estimator, Route
from registry.pooling.random_effects import Pooled, pooled_effects

__all__ = ["r_code"]

_METAFOR = {"risk ratio": "RR", "risk difference": "RD", "odds ratio": "OR"}

_POSTERIOR = """# Tau averaged over a half-normal prior: the median and central 95% of what is then known of the mean.
averaged <- function(y, v, scale) {
  tau <- scale * c(0, exp(seq(-9, log(12), length.out = 4000)))
  at <- sapply(tau, function(t) { s <- v + t^2; m <- sum(y / s) / sum(1 / s)
    c(m, sqrt(1 / sum(1 / s)), (-sum(log(s)) - log(sum(1 / s)) - sum((y - m)^2 / s) - (t / scale)^2) / 2) })
  width <- c(diff(tau), 0) / 2 + c(0, diff(tau)) / 2
  share <- exp(at[3, ] - max(at[3, ])) * width
  share <- share / sum(share)
  sapply(c(0.5, 0.025, 0.975), function(p) uniroot(function(x) sum(share * pnorm(x, at[1, ], at[2, ])) - p, range(at[1, ]) + c(-40, 40) * max(at[2, 1], sqrt(v)), tol = 1e-10)$root)
}"""


def r_code(pairs: Sequence[Pair], a: str, b: str, file: str) -> str:
    """A script that reads the exported file and prints, measure by measure, estimate and 95% interval as outcomes has them; each is in a comment too.

    Where R has no such method, its lines give the common effect that outcomes prints beside its own, and say so.
    """
    from registry.pooling.tables import SPARSE_BELOW

    (found,) = pooled_effects([pairs])
    own = [name for name in MEASURES if name in found and name in _METAFOR]
    lines = [
        f"# {a} against {b}; {file} is what `outcomes export --metafor` writes of the stratum",
        "library(metafor)",
        f'd <- read.csv("{file}")',
        "# A trial in which nobody, or everybody, met the definition on both sides says nothing about a ratio.",
        "r <- subset(d, ai + ci > 0 & ai + ci < n1i + n2i)",
    ]
    if any(_is_averaged(found[name]) for name in own):
        lines.append(_POSTERIOR)
    for name in own:
        told = [pair for pair in pairs if name == "risk difference" or not pair.uninformative]
        lines += ["", *_lines(name, found[name], is_sparse=any(min(pair.cells) < SPARSE_BELOW for pair in told))]
    return "\n".join(lines) + "\n"


def _is_averaged(pooled: Pooled) -> bool:
    """Whether tau is averaged over its prior, with normal effects of the measure itself."""
    return pooled.method.scale is not None and pooled.method.route is not Route.FROM_ODDS


def _lines(name: str, pooled: Pooled, *, is_sparse: bool) -> Iterator[str]:
    short, method, data = _METAFOR[name], pooled.method, "d" if name == "risk difference" else "r"
    back = "identity" if short == "RD" else "exp"
    yield f"# {name} {pooled.estimate:.4g} ({pooled.low:.4g} to {pooled.high:.4g}): {method}"
    if name != "risk difference" and method.corrected:
        data = "s"
        yield f"# {CORRECTED}: one event and one non-event, shared by the arms as their participants are"
        yield "s <- transform(r, ai = ai + n1i / (n1i + n2i), ci = ci + n2i / (n1i + n2i), n1i = n1i * (1 + 2 / (n1i + n2i)), n2i = n2i * (1 + 2 / (n1i + n2i)))"
    counts = f"ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = {data}"
    effects = f'escalc("{short}", {counts})'
    mantel = f'rma.mh(measure = "{short}", {counts}, drop00 = FALSE, add = 0, to = "none")'
    if method.by is Estimator.ITS_OWN:
        if method.by_rates:
            yield "wilson <- function(x, n) prop.test(x, n, correct = FALSE)$conf.int"
            to = "" if short == "RD" else "log"
            yield f"p <- with({data}, {to}(ai / n1i)); q <- with({data}, {to}(ci / n2i))"
            yield f"one <- with({data}, {to}(wilson(ai, n1i))); other <- with({data}, {to}(wilson(ci, n2i)))"
            interval = (
                "c(p - q, p - q - sqrt((p - one[1])^2 + (other[2] - q)^2), p - q + sqrt((one[2] - p)^2 + (q - other[1])^2))"
            )
            yield f"print({interval})" if short == "RD" else f"print(exp({interval}))"
        else:
            yield f"e <- {effects}"
            yield f"print({back}(e$yi + c(0, -1, 1) * qnorm(0.975) * sqrt(e$vi)))"
    elif method.route is Route.FROM_ODDS or method.by_rates:
        yield from _beside(pooled, mantel if is_sparse else f'rma(yi, vi, data = {effects}, method = "EE")', back)
    elif method.by is Estimator.RANDOM:
        yield f'p <- predict(rma(yi, vi, data = {effects}, method = "PM", test = "adhoc", control = list(tol = 1e-12)), transf = {back})'
        yield "print(c(p$pred, p$ci.lb, p$ci.ub))"
    elif method.by is Estimator.MANTEL_HAENSZEL:
        yield f"p <- predict({mantel}, transf = {back})"
        yield "print(c(p$pred, p$ci.lb, p$ci.ub))"
    elif method.by is Estimator.CONDITIONAL:
        yield "# takes its time; needs BiasedUrn; where cells are empty metafor's search may not end"
        yield f'fit <- try(rma.glmm(measure = "OR", {counts}, model = "CM.EL"))'
        yield 'if (!inherits(fit, "try-error")) print(exp(c(fit$beta) + c(0, -1, 1) * qt(0.975, fit$k - 1) * fit$se))'
    elif _is_averaged(pooled):
        yield f"e <- {effects}"
        yield f"print({back}(averaged(e$yi, e$vi, {method.scale:g})))"
    elif pooled.common is not None:
        yield from _beside(pooled, mantel, back)


def _beside(pooled: Pooled, fit: str, back: str) -> Iterator[str]:
    """The lines of the common effect, where R has nothing that gives the figure itself."""
    common = pooled.common
    if common is not None:
        yield f"# R has no function for that. Beside it outcomes prints the common effect, {common.estimate:.4g} ({common.low:.4g} to {common.high:.4g}):"
        yield f"p <- predict({fit}, transf = {back})"
        yield "print(c(p$pred, p$ci.lb, p$ci.ub))"
