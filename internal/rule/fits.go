package rule

import "fmt"

// Fits reports what is wrong with the rule as far as the signatures that it holds
// tell: the hook's is known, the target's perhaps only when it is woven. A rule
// whose hook is not known yet fits.
func (r *Rule) Fits() error {
	if r.HookSig == nil {
		return nil
	}
	for _, o := range r.Options {
		if err := r.OptionFits(o.Key); err != nil {
			return err
		}
	}
	hook := r.Hook.Short()
	switch {
	case r.Point == Literal, r.Point == Variable:
		return r.fitsValue()
	case r.Point == Call && r.Sig == nil:
		return callAlone(r.Advice, hook, r.HookSig)
	case r.Point == Call:
		return BindCall(r.Advice, hook, r.HookSig, r.Target.Short(), r.Sig)
	case r.Point == Reference && r.Sig == nil:
		return refAlone(r.Advice, hook, r.HookSig)
	case r.Point == Reference:
		return BindRef(r.Advice, hook, r.HookSig, r.Target.Short(), r.Sig)
	case r.Sig == nil:
		return alone(r.Advice, hook, r.HookSig, r.Take)
	}
	_, err := Bind(r.Advice, hook, r.HookSig, r.Take, r.Signed())
	return err
}

// Signed returns the target as r.Sig has it, which is not nil.
func (r *Rule) Signed() *Target {
	sig, recv := *r.Sig, Type("")
	if r.Target.Recv != "" {
		recv, sig.Params = sig.Params[0], sig.Params[1:]
	}
	return NewTarget(r.Target.Short(), recv, &sig)
}

// OptionFits reports a constant that the hook has no way to find.
func (r *Rule) OptionFits(key string) error {
	switch {
	case r.HookSig == nil || r.HookSig.TakesFunc():
		return nil
	case r.Advice == Replace:
		return fmt.Errorf("%s stands for the function that is called and so has no *hook.Func to find %q in; drop the With", r.Hook.Short(), key)
	}
	return fmt.Errorf("%s is given %q by With but takes no *hook.Func to find it in; add that parameter", r.Hook.Short(), key)
}
