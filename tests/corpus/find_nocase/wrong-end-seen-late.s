	.section	.text,"ax",@progbits
	.p2align	4, 0x90
find_nocase:
	.cfi_startproc
	pushq	%rbp
	.cfi_def_cfa_offset 16
	pushq	%rbx
	.cfi_def_cfa_offset 24
	.cfi_offset %rbx, -24
	.cfi_offset %rbp, -16
	movq	%rdi, %rax
	movzbl	(%rdx), %edi
	testb	%dil, %dil
	je	.LBB0_9
	movq	%rax, %r8
	xorl	%ecx, %ecx
.LBB0_2:
	movl	%edi, %r10d
	xorl	%r9d, %r9d
	.p2align	4, 0x90
.LBB0_3:
	leaq	(%rcx,%r9), %r11
	cmpq	%rsi, %r11
	jae	.LBB0_10
	movzbl	(%r8,%r9), %r11d
	testb	%r11b, %r11b
	je	.LBB0_7
	leal	-65(%r11), %ebx
	leal	32(%r11), %ebp
	cmpb	$26, %bl
	movzbl	%r11b, %r11d
	movzbl	%bpl, %ebx
	cmovael	%r11d, %ebx
	leal	-65(%r10), %r11d
	leal	32(%r10), %ebp
	cmpb	$26, %r11b
	movzbl	%r10b, %r10d
	movzbl	%bpl, %r11d
	cmovael	%r10d, %r11d
	cmpb	%r11b, %bl
	jne	.LBB0_7
	movzbl	1(%rdx,%r9), %r10d
	incq	%r9
	testb	%r10b, %r10b
	jne	.LBB0_3
	jmp	.LBB0_11
	.p2align	4, 0x90
.LBB0_7:
	cmpb	$0, 1(%r8,%r9)
	je	.LBB0_10
	incq	%rcx
	incq	%r8
	jmp	.LBB0_2
.LBB0_9:
	xorl	%ecx, %ecx
.LBB0_11:
	addq	%rcx, %rax
	jmp	.LBB0_12
.LBB0_10:
	xorl	%eax, %eax
.LBB0_12:
	popq	%rbx
	.cfi_def_cfa_offset 16
	popq	%rbp
	.cfi_def_cfa_offset 8
	retq
.Lfunc_end0:
	.cfi_endproc
# verdict: refuted: looks for the NUL one byte too far: goes on behind the end of the text, and finds words there
