package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/token"
	"reserva/internal/people/users"
)

type createAdmin struct {
	Email         string `arg:"" help:"E-mail address to sign in with."`
	Name          string `help:"First and last name." placeholder:"NAME"`
	PasswordStdin bool   `help:"Read the password from standard input, for scripts."`
}

// Help explains more than fits a line.
func (createAdmin) Help() string {
	return "Makes a super admin, who reaches every business; no request over the network can. At a terminal the password is " +
		"asked for. Where none is given, one is made, printed this once, and must be changed at the first sign-in. " +
		"The server may be running."
}

func (a createAdmin) Run(c *call) error {
	password, err := a.password(os.Stdin, os.Stderr)
	if err != nil {
		return err
	}
	first, last, _ := strings.Cut(strings.TrimSpace(a.Name), " ")
	return c.withDatabase(func(d *db.DB) error {
		operations := users.New(d, jobs.NewRegistry(), users.Config{Hasher: token.NewHasher(token.DefaultParams())})
		generated, err := operations.CreateSuperAdmin(c, users.SuperAdmin{
			Email: a.Email, FirstName: first, LastName: strings.TrimSpace(last), Password: password,
		})
		if err != nil {
			return inWords(err)
		}
		fmt.Printf("%s is a super admin.\n", strings.ToLower(a.Email))
		if generated != "" {
			fmt.Printf("Password: %s\nIt is not shown again, and must be changed at the first sign-in.\n", generated)
		}
		return nil
	})
}

// password reads it, empty where one is to be made.
func (a createAdmin) password(in *os.File, prompt io.Writer) (string, error) {
	switch {
	case a.PasswordStdin:
		line, err := readLine(in)
		if err == nil && line == "" {
			err = errors.New("there is no password on standard input")
		}
		return line, err
	case atTerminal(in):
		fmt.Fprint(prompt, "Password (empty to have one made): ")
		defer fmt.Fprintln(prompt)
		defer echo(in, true)
		echo(in, false)
		return readLine(in)
	default:
		return "", nil
	}
}

// echo shows or hides what is typed. A terminal that cannot hide it shows it.
func echo(terminal *os.File, on bool) {
	mode := "-echo"
	if on {
		mode = "echo"
	}
	stty := exec.Command("stty", mode)
	stty.Stdin = terminal
	_ = stty.Run()
}

func readLine(in io.Reader) (string, error) {
	line, err := bufio.NewReader(in).ReadString('\n')
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return strings.TrimRight(line, "\r\n"), err
}

// inWords says which input was refused, and why.
func inWords(err error) error {
	refused, ok := fault.As(err)
	if !ok || len(refused.Fields) == 0 {
		return err
	}
	said := make([]string, 0, len(refused.Fields))
	for _, field := range refused.Fields {
		said = append(said, strings.TrimPrefix(field.Path(), "body.")+": "+field.Message)
	}
	return errors.New(strings.Join(said, "; "))
}
