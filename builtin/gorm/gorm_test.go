package gorm_test

import (
	"testing"

	orm "gorm.io/gorm"

	"github.com/goweaver/weaver/builtin/gorm"
	"github.com/goweaver/weaver/builtin/gorm/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(gorm.Aspect); err != nil {
		t.Error(err)
	}
}

// The hook binds to what has the types of the method that it is woven into, whose receiver
// can not be written here; that one shows in [TestAspect].
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf(like.Execute).Around(hooks.Execute).Capture("p"),
	}}); err != nil {
		t.Error(err)
	}
}

// like has a method as gorm's processor has.
type like struct{}

func (p like) Execute(db *orm.DB) *orm.DB { return db }

func TestAspect(t *testing.T) { instrumenttest.Run(t, gorm.Aspect, "testdata/*.txtar") }
